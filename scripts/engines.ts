// `npm run engines`: every seeded training (test/worker/training.ts) in Node and in three browser engines, on the main
// thread and in the built worker, SIMD and scalar form. Exit code 1 if weights or metrics have other bits than those
// recorded, or if an engine is not there.
//
//   --some   an engine that is not there is named and left out
//   --json   the engines and their runs as data

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { trainings } from '../test/worker/training.ts';
import { browser as forBrowsers, bundle, workerBundle } from '../tools/bundle.ts';
import { BrowserNotFoundError, browsers, findBrowser, type Browser } from './engines/browsers.ts';
import { runAll, type Run } from './engines/runs.ts';
import { visit } from './engines/visit.ts';

interface Engine {
  /** With its version, if it is there. */
  readonly name: string;
  readonly isHere: boolean;
  readonly runs: readonly Run[];
  /** Why it has no runs. */
  readonly error?: string;
}

const { values } = parseArgs({
  options: { some: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const recorded = new Map(trainings.map(({ name, recorded }) => [name, recorded]));
const [worker, page] = await Promise.all(
  [workerBundle, { ...forBrowsers, entryPoints: ['scripts/engines/page.ts'] }].map(async (options) => {
    const { outputFiles } = await bundle({ ...options, write: false });
    return outputFiles[0].text;
  }),
);

const engines: Engine[] = [];
for (const start of [runInNode, ...browsers.map((browser) => () => runIn(browser))]) {
  const engine = await start();
  engines.push(engine);
  if (!values.json) console.log(describe(engine));
}
const ran = engines.filter(({ isHere }) => isHere);
const passed = (values.some || ran.length === engines.length) && ran.every(holds);
if (values.json) console.log(JSON.stringify({ passed, recorded: Object.fromEntries(recorded), engines }));
else {
  const share = `${ran.filter(holds).length} of ${engines.length} engines`;
  console.log(`\n${share} give the recorded weights and metrics of all ${trainings.length} trainings`);
}
process.exitCode = passed ? 0 : 1;

async function runInNode(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'onward-engines-'));
  const file = join(folder, 'worker.cjs');
  writeFileSync(file, worker);
  const runs: Run[] = [];
  await runAll({ 'this thread': undefined, 'a worker': () => new Worker(file) }, (run) => runs.push(run));
  rmSync(folder, { recursive: true });
  return { name: `Node ${process.versions.node}`, isHere: true, runs };
}

async function runIn(browser: Browser): Promise<Engine> {
  let command: readonly string[];
  try {
    command = findBrowser(browser);
  } catch (error) {
    if (!(error instanceof BrowserNotFoundError)) throw error;
    return { name: browser.name, isHere: false, runs: [], error: error.message };
  }
  const visited = visit((address, home) => [...command, ...browser.show(address, home)], {
    '/': { type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' },
    '/page.js': { type: 'text/javascript', body: page },
    '/worker.js': { type: 'text/javascript', body: worker },
  });
  const outcome = await visited.then(
    (runs) => ({ runs }),
    (error) => ({ runs: [], error: String(error) }),
  );
  return { name: versionOf(command) ?? browser.name, isHere: true, ...outcome };
}

/** As `Mozilla Firefox 153.7.0esr`, which every browser says of itself. */
function versionOf([program, ...args]: readonly string[]): string | undefined {
  const { stdout } = spawnSync(program, [...args, '--version'], { encoding: 'utf8' });
  return /^.*\d+\.\d+\S*/m.exec(stdout)?.[0];
}

function agrees({ training, weights, metrics }: Run): boolean {
  const wanted = recorded.get(training)!;
  return weights === wanted.weights && metrics === wanted.metrics;
}

function holds({ runs, error }: Engine): boolean {
  return error === undefined && runs.every(agrees);
}

function describe({ name, runs, error }: Engine): string {
  if (error !== undefined) return `${name}: ${error}`;
  const others = runs.filter((run) => !agrees(run));
  const lines = others.map(({ training, place, features, weights, metrics }) => {
    const wanted = recorded.get(training)!;
    const came = `weights ${weights}, metrics ${metrics}, wanted ${wanted.weights} and ${wanted.metrics}`;
    return `\n  ${training}, ${place}, features ${features}: ${came}`;
  });
  return `${name}: ${runs.length - others.length} of ${runs.length} runs as recorded${lines.join('')}`;
}
