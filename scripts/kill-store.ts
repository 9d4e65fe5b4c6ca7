// `npx tsx scripts/kill-store.ts [--kills 20] [--mebibytes 1]`: kills a real Chromium (SIGKILL, all its processes)
// while its page saves in a loop, and looks in a new one for what is left. Each record is made from its number alone,
// so that a byte of another is found. Ends with exit code 1 if a save that was acknowledged is lost, or a record is
// torn.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { chromiumArguments, findChromium } from '../tools/find-chromium.ts';
import type { Found } from './kill-store-page.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, mebibytes: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const bytes = Number(values.mebibytes) * 2 ** 20;

if (!(kills > 0 && bytes > 0 && bytes % 4 === 0)) throw new Error('wanted --kills 20 --mebibytes 1, or other numbers');

/** Told by the page since it was started. */
let found: Found | null = null;
let saved = 0;

const {
  outputFiles: [{ text: script }],
} = await build({
  entryPoints: [join(import.meta.dirname, 'kill-store-page.ts')],
  bundle: true,
  format: 'esm',
  target: 'chrome80',
  write: false,
});
const executable = await findChromium();
const profile = mkdtempSync(join(tmpdir(), 'onward-kill-'));
const server = await serve();
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?${bytes}`;

let acknowledged = 0;
let [lost, torn, fallbacks, saves] = [0, 0, 0, 0];
for (let kill = 1; kill <= kills + 1; kill++) {
  [found, saved] = [null, 0];
  const browser = start();
  try {
    const { number, isFallback, torn: damage } = await until(() => found);
    if (number < acknowledged) lost++;
    if (damage !== null) torn++;
    if (isFallback) fallbacks++;
    console.log(
      `acknowledged ${acknowledged}, found ${number}: ${damage ?? (isFallback ? 'the one before' : 'whole')}`,
    );
    // The first save is waited for, then a time that is another for each kill.
    await until(() => saved);
    await sleep((kill * 137) % 700);
  } finally {
    await end(browser);
  }
  saves += saved - found!.number;
  acknowledged = saved;
}
server.close();
rmSync(profile, { recursive: true, maxRetries: 5 });

console.log(
  `${kills} kills, ${saves} saves of ${values.mebibytes} MiB: ${lost} acknowledged saves lost, ${torn} records ` +
    `torn, ${fallbacks} times the record before`,
);
process.exitCode = lost + torn > 0 ? 1 : 0;

/** In a process group of its own, which can be killed as one. */
function start(): ChildProcess {
  return spawn(executable, [...chromiumArguments, '--headless', `--user-data-dir=${profile}`, address], {
    detached: true,
    stdio: 'ignore',
  });
}

async function end(browser: ChildProcess): Promise<void> {
  const exit = once(browser, 'exit');
  process.kill(-browser.pid!, 'SIGKILL');
  await exit;
}

async function until<Value>(read: () => Value | null | 0): Promise<Value> {
  for (const begun = Date.now(); Date.now() < begun + 30_000; await sleep(5)) {
    const value = read();
    if (value !== null && value !== 0) return value;
  }
  throw new Error('the page told nothing for 30 seconds');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function serve(): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      if (request.url === '/found') found = JSON.parse(body);
      else saved = Math.max(saved, JSON.parse(body));
      response.end();
    } else {
      const isPage = request.url?.startsWith('/?');
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
      response.end(isPage ? '<!doctype html><script type="module" src="page.js"></script>' : script);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
