// Data sets by name or path, for Node: `onward/data/node`, beside `onward/data`, which runs anywhere.

export type { DownloadOptions, DownloadProgress } from './download.ts';
export type { PathOptions } from './path.ts';
export { loadDataset, type LoadOptions } from './sources.ts';
