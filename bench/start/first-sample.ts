// `npx tsx bench/start/first-sample.ts [--runs 20] [--json]`: from the import of the library to the first learned
// sample, in a real Chromium: wall time, and processor time of the page's main thread, which a busy machine changes
// less. Each run is a new renderer: nothing is cached, nothing compiled. The apps are what users ship, one minified
// file each, with the layers of both networks; they take turns with an empty page, and the start of a worker is stated
// apart. Ends with exit code 1 where the main thread works longer than its limit.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { BuildOptions } from 'esbuild';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright';
import { browser as forBrowsers, bundle, eager, workerBundle } from '../../tools/bundle.ts';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import { compileLearner, writeCompiled } from '../../src/index.ts';
import { names, options } from './apps/page.ts';

type PageApp = Pick<typeof import('./apps/page.ts'), 'learnFirst'>;
type WorkerApp = typeof import('./apps/worker.ts');

/** A way to the first sample: an entry that exports `learnFirst`, and what the main thread may take, in ms. */
interface Way {
  readonly way: string;
  readonly entry: string;
  readonly network: string;
  /** Without the line by which V8 compiles the file while it loads, as a bundler makes it that is not told. */
  readonly plain?: boolean;
  readonly limit?: number;
}

const [mlp, cnn] = names;
const ways: readonly Way[] = [
  { way: 'empty page', entry: 'empty', network: '-' },
  { way: 'in place', entry: 'page', network: mlp, limit: 20 },
  { way: 'in place', entry: 'page', network: cnn },
  { way: 'in place, a plain bundle', entry: 'page', network: mlp, plain: true },
  { way: 'ahead of time', entry: 'ahead', network: mlp, limit: 12 },
];

const addressOf = ({ entry, plain = false }: Omit<Way, 'network' | 'way'>): string =>
  `/apps/${entry}${plain ? '-plain' : ''}.js`;

/** One run in a page, in ms. */
interface Run {
  /** To fetch and evaluate the file. */
  readonly import: number;
  /** From the import's begin until `learnOne` is done: compiled, instantiated, initialised, learned. */
  readonly wall: number;
  /** Processor time of the main thread meanwhile. */
  readonly cpu: number;
}

/** Until a worker has started and holds the learner; then until it has learned a sample. */
interface WorkerRun {
  readonly start: number;
  readonly learn: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, runs: { type: 'string', default: '20' } } });
const count = Number(values.runs);
const files = await bundleAll();
const server = await serve();
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const runs = ways.map((): Run[] => []);
const workerRuns = names.map((): WorkerRun[] => []);
for (let run = 0; run < count; run++) {
  for (const [index, way] of ways.entries()) runs[index].push(await inNewPage(browser, (tab) => learnInPage(tab, way)));
  for (const [index, name] of names.entries()) {
    workerRuns[index].push(await inNewPage(browser, (tab) => tab.evaluate(learnInWorkerThere, name)));
  }
}
await browser.close();
server.close();
report();

async function inNewPage<T>(browser: Browser, measure: (tab: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(address);
  const measured = await measure(tab);
  await context.close();
  return measured;
}

async function learnInPage(tab: Page, way: Way): Promise<Run> {
  const session = await tab.context().newCDPSession(tab);
  await session.send('Performance.enable');
  const before = await threadTime(session);
  const times = await tab.evaluate(learnThere, { url: addressOf(way), network: way.network });
  return { ...times, cpu: (await threadTime(session)) - before };
}

/** Processor time that the page's main thread has taken so far, in ms. */
async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
}

/** Sent to the page as text, like the next one, so they know nothing of this file. */
async function learnThere({ url, network }: { url: string; network: string }): Promise<Omit<Run, 'cpu'>> {
  const begun = performance.now();
  const { learnFirst }: PageApp = await import(url);
  const imported = performance.now();
  const loss = await learnFirst(network);
  if (!Number.isFinite(loss)) throw new Error(`the loss of the first sample is ${loss}`);
  return { import: imported - begun, wall: performance.now() - begun };
}

async function learnInWorkerThere(name: string): Promise<WorkerRun> {
  const url = '/apps/worker.js';
  const { learnInWorker }: WorkerApp = await import(url);
  const { start, learn, loss } = await learnInWorker(name);
  if (!Number.isFinite(loss)) throw new Error(`the loss of the first sample is ${loss}`);
  return { start, learn };
}

/** The files by their address, as a build for users makes them. */
async function bundleAll(): Promise<ReadonlyMap<string, Uint8Array>> {
  const pages = [...ways, { entry: 'worker' }].map((page): [string, BuildOptions] => {
    const plain = { ...forBrowsers, entryPoints: [`bench/start/apps/${page.entry}.ts`], minify: true };
    return [addressOf(page), 'plain' in page ? plain : { ...plain, banner: { js: eager } }];
  });
  const built = new Map<string, Uint8Array>([['/compiled.onward', writeCompiled(compileLearner(options(mlp)))]]);
  for (const [name, bundled] of new Map([...pages, ['/worker.js', workerBundle]])) {
    const { outputFiles } = await bundle({ ...bundled, write: false });
    built.set(name, outputFiles[0].contents);
  }
  return built;
}

async function serve(): Promise<Server> {
  const html = '<!doctype html><meta charset="utf-8">';
  const server = createServer(({ url = '/' }, response) => {
    const script = files.get(url);
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Spread {
  readonly median: number;
  readonly best: number;
}

function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], best: sorted[0] };
}

function report(): void {
  const rows = ways.map(({ way, network, limit }, index) => {
    const column = (key: keyof Run): Spread => spread(runs[index].map((run) => run[key]));
    return { way, network, limit, import: column('import'), wall: column('wall'), cpu: column('cpu') };
  });
  const workers = names.map((network, index) => {
    const column = (key: keyof WorkerRun): Spread => spread(workerRuns[index].map((run) => run[key]));
    return { network, start: column('start'), learn: column('learn') };
  });
  const sizes = Object.fromEntries([...files].map(([name, contents]) => [name, gzipSync(contents).length]));
  if (values.json) console.log(JSON.stringify({ runs: count, rows, workers, sizes }));
  else {
    for (const { way, network, limit, ...times } of rows) {
      console.log(`${way}, ${network}${limit === undefined ? '' : `; at most ${limit} ms of the main thread`}`);
      printTimes(times);
    }
    for (const { network, ...times } of workers) {
      console.log(`in a worker, ${network}`);
      printTimes(times);
    }
    console.log(`ms in ${count} new renderers; bytes after gzip: ${JSON.stringify(sizes)}`);
  }
  process.exitCode = rows.some(({ cpu, limit = Infinity }) => cpu.median > limit) ? 1 : 0;
}

function printTimes(times: Readonly<Record<string, Spread>>): void {
  const text = Object.entries(times).map(([name, { median, best }]) => {
    return `${name} ${median.toFixed(1)} (best ${best.toFixed(1)})`;
  });
  console.log(`  ${text.join(', ')}`);
}
