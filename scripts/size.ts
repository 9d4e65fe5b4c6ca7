/**
 * `npm run size`: what an app pays, as bundled by esbuild for Chrome 80: kB (1000 bytes) minified, and after gzip -9.
 * Ends with exit code 1 if an app is above its limit. `--json` prints the same as data.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface App {
  name: string;
  source: string;
  /** Upper bound in kB after gzip. */
  limit?: number;
}

const apps: App[] = [
  { name: 'everything in src/index.ts', source: "export * from './src/index.ts';" },
  {
    name: 'a CNN learning by tpSGD',
    source: `export { createLearner, tpsgd, sgd, conv2d, maxPool, flatten, dense, sequential } from './src/index.ts';`,
    limit: 30,
  },
  { name: 'the worker', source: "import './src/worker/worker.ts';" },
  { name: 'the store', source: "export * from './src/store/index.ts';" },
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

async function measure({ name, source, limit }: App) {
  const { outputFiles: [file] } = await build({
    stdin: { contents: source, resolveDir: join(import.meta.dirname, '..'), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'chrome80',
    supported: { 'class-private-field': true },
    external: ['node:*'],
    logLevel: 'error',
  });
  return {
    name,
    minified: file.contents.length / 1000,
    gzip: gzipSync(file.contents, { level: 9 }).length / 1000,
    limit,
  };
}
