// What apps bundle of the library, as esbuild makes it for Chrome 80: how large each is, and of which modules.

import { gzipSync } from 'node:zlib';
import type { BuildOptions } from 'esbuild';
import { browser, bundle, parallelBundle, root, workerBundle } from '../tools/bundle.ts';

export interface App {
  readonly name: string;
  readonly options: BuildOptions;
  /** Upper bound in kB (1000 bytes) after gzip. */
  readonly limit?: number;
}

const cnn = 'tpsgd, sgd, conv2d, maxPool, flatten, dense, sequential';
const index = './src/index.ts';

export const apps = {
  cnn: {
    name: 'a CNN learning by tpSGD',
    options: app(`export { createLearner, ${cnn} } from '${index}';`),
    limit: 61.1,
  },
  compile: {
    name: 'its compile part',
    options: app(`export { compileLearner } from './src/compile/compile.ts'; export { ${cnn} } from '${index}';`),
    limit: 43.2,
  },
  run: {
    name: 'what onward/run needs',
    options: app(`export { startLearner } from './src/run.ts';`),
    limit: 21.7,
  },
  worker: { name: "the worker's script", options: workerBundle, limit: 26.1 },
  parallel: {
    name: 'a perceptron in two workers',
    options: app(
      "export { createParallelLearner } from './src/parallel/index.ts';" +
        `export { tpsgd, sgd, dense, sequential } from '${index}';`,
    ),
    limit: 52.5,
  },
  parallelWorker: { name: 'the script of these', options: parallelBundle, limit: 28.4 },
  everything: { name: 'everything in onward', options: app(`export * from '${index}';`) },
  store: { name: 'the store', options: app(`export * from './src/store/index.ts';`) },
} as const satisfies Record<string, App>;

function app(contents: string): BuildOptions {
  return { ...browser, stdin: { contents, resolveDir: root }, minify: true };
}

export interface Size {
  /** In kB. */
  readonly minified: number;
  readonly gzip: number;
  /** The source files that something is left of. */
  readonly modules: readonly string[];
}

export async function measure({ options }: App): Promise<Size> {
  const { outputFiles, metafile } = await bundle({ ...options, write: false, metafile: true });
  const [{ contents }] = outputFiles;
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return {
    minified: contents.length / 1000,
    gzip: gzipSync(contents, { level: 9 }).length / 1000,
    modules: inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  };
}
