// `npx tsx bench/first-sample.ts [--json]`: the time from the import of the library to the first learned sample, in a
// real Chromium. Each run is a new browser context: nothing is cached, nothing compiled. The app is one minified file
// from this machine, with the layers of both networks; the start of a worker is stated apart.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { chromiumArguments, findChromium } from '../scripts/find-chromium.ts';

type PageApp = typeof import('./first-sample-page.ts');
type WorkerApp = typeof import('./first-sample-worker.ts');

/** Medians of the runs, in ms; `bestMs` and `worstMs` are of `firstSampleMs`. */
interface Row {
  readonly network: string;
  readonly bestMs: number;
  readonly worstMs: number;
  /** To fetch and evaluate the file. */
  readonly importMs: number;
  /** From the import's begin until `learnOne` is done: compiled, instantiated, initialised, learned. */
  readonly firstSampleMs: number;
  /** Until a worker has started and holds the learner; then until it has learned a sample. */
  readonly workerStartMs: number;
  readonly workerLearnMs: number;
}

type Run = Record<Exclude<keyof Row, 'network' | 'bestMs' | 'worstMs'>, number>;

const RUNS = 15;
const LIMIT_MS = 50;
const root = fileURLToPath(new URL('..', import.meta.url));
const html = '<!doctype html><meta charset="utf-8">';

const {
  values: { json },
} = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const files = await bundle();
const server = await serve(files);
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const { names }: PageApp = await import('./first-sample-page.ts');
const rows: Row[] = [];
for (const name of names) rows.push(await measure(browser, address, name));
await browser.close();
server.close();
print(rows);
if (rows.some(({ firstSampleMs }) => firstSampleMs > LIMIT_MS)) process.exitCode = 1;

async function measure(browser: Browser, address: string, name: string): Promise<Row> {
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(address);
    const page = await tab.evaluate(learnThere, name);
    await tab.goto(address);
    runs.push({ ...page, ...(await tab.evaluate(startWorkerThere, name)) });
    await context.close();
  }
  const column = (key: keyof Run): number[] => runs.map((run) => run[key]).sort((a, b) => a - b);
  const median = (key: keyof Run): number => column(key)[RUNS >> 1];
  return {
    network: name,
    importMs: median('importMs'),
    firstSampleMs: median('firstSampleMs'),
    bestMs: column('firstSampleMs')[0],
    worstMs: column('firstSampleMs')[RUNS - 1],
    workerStartMs: median('workerStartMs'),
    workerLearnMs: median('workerLearnMs'),
  };
}

/** Sent to the page as text, like the next one, so they know nothing of this file. */
async function learnThere(name: string): Promise<Pick<Run, 'importMs' | 'firstSampleMs'>> {
  const begun = performance.now();
  const url = '/page.js';
  const { learnInPage }: PageApp = await import(url);
  const importMs = performance.now() - begun;
  const loss = await learnInPage(name);
  if (!Number.isFinite(loss)) throw new Error(`the loss of the first sample is ${loss}`);
  return { importMs, firstSampleMs: performance.now() - begun };
}

async function startWorkerThere(name: string): Promise<Pick<Run, 'workerStartMs' | 'workerLearnMs'>> {
  const url = '/client.js';
  const { learnInWorker }: WorkerApp = await import(url);
  const { start, learn, loss } = await learnInWorker(name);
  if (!Number.isFinite(loss)) throw new Error(`the loss of the first sample is ${loss}`);
  return { workerStartMs: start, workerLearnMs: learn };
}

async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      page: 'bench/first-sample-page.ts',
      client: 'bench/first-sample-worker.ts',
      worker: 'src/worker/worker.ts',
    },
    outdir: root,
    bundle: true,
    format: 'esm',
    target: 'chrome80',
    minify: true,
    write: false,
    external: ['node:*'],
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(root.length - 1), contents]));
}

async function serve(files: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const script = files.get(url);
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function print(rows: readonly Row[]): void {
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  for (const { network, ...times } of rows) {
    console.log(network);
    for (const [key, ms] of Object.entries(times)) console.log(`  ${key.padEnd(15)}${ms.toFixed(1).padStart(7)}`);
  }
  const sizes = [...files].map(([name, contents]) => `${name} ${(gzipSync(contents).length / 1000).toFixed(1)} kB gz`);
  console.log(`medians of ${RUNS} runs, ms; ${sizes.join(', ')}; the limit for firstSampleMs is ${LIMIT_MS}`);
}
