// Programs: Node as it is, and what Vite builds for a server.

import { execFileSync } from 'node:child_process';
import { build } from 'vite';
import type { Consumer, Tried } from './consumer.ts';

const report = (folder: string, file: string): Tried =>
  JSON.parse(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', timeout: 60_000 }));

export const node: Consumer = {
  name: 'Node',
  quick: true,
  run: async (folder) => ({ tried: report(folder, 'report.js') }),
};

export const server: Consumer = {
  name: 'Vite 8 build for a server',
  async run(folder) {
    await build({ root: folder, configFile: false, logLevel: 'error', build: { ssr: 'report.js' } });
    return { tried: report(folder, 'dist/report.js') };
  },
};
