// `npm run size`: what an app pays, as bundled by esbuild for Chrome 80: kB (1000 bytes) minified, and after gzip -9.
// Ends with exit code 1 if an app is above its limit. `--json` prints the same as data.

import { gzipSync } from 'node:zlib';
import type { BuildOptions } from 'esbuild';
import { browser, bundle, root, workerBundle } from './bundle.ts';

interface App {
  name: string;
  options: BuildOptions;
  /** Upper bound in kB after gzip. */
  limit?: number;
}

const apps: App[] = [
  { name: 'everything in src/index.ts', options: library('*') },
  {
    name: 'a CNN learning by tpSGD',
    options: library('{ createLearner, tpsgd, sgd, conv2d, maxPool, flatten, dense, sequential }'),
    limit: 30,
  },
  { name: 'the worker', options: workerBundle },
  { name: 'the store', options: library('*', 'store/index') },
];

const rows = await Promise.all(apps.map(measure));
const tooLarge = rows.filter(({ gzip, limit }) => limit !== undefined && gzip > limit);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows));
} else {
  for (const { name, minified, gzip, limit } of rows) {
    const bound = limit === undefined ? '' : `  (limit ${limit} kB gz)`;
    console.log(`${name.padEnd(28)}${column(minified)} kB min${column(gzip)} kB gz${bound}`);
  }
}
for (const { name, gzip, limit } of tooLarge) {
  console.error(`${name}: ${gzip.toFixed(1)} kB gz, above its limit of ${limit} kB.`);
}
process.exitCode = tooLarge.length === 0 ? 0 : 1;

function column(kilobytes: number): string {
  return kilobytes.toFixed(1).padStart(8);
}

function library(names: string, entry = 'index'): BuildOptions {
  return {
    ...browser,
    stdin: { contents: `export ${names} from './src/${entry}.ts';`, resolveDir: root },
    minify: true,
  };
}

async function measure({ name, options, limit }: App) {
  const {
    outputFiles: [file],
  } = await bundle({ ...options, write: false });
  return {
    name,
    minified: file.contents.length / 1000,
    gzip: gzipSync(file.contents, { level: 9 }).length / 1000,
    limit,
  };
}
