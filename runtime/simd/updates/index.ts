// All updates, by name. One more is one file and one line.

export * as sgd from './sgd.ts';
