// A browser, started by its command line alone, shows one page of a server on this machine; the page posts what it has
// to tell.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './runs.ts';

/** What the page posts: each run, and how it ended. */
export type Told = { readonly run: Run } | { readonly isDone: true } | { readonly error: string };

/** What the server gives, by path. */
export type Files = Readonly<Record<string, { readonly type: string; readonly body: string }>>;

/** The command line that shows an address; whatever the browser keeps goes to the empty folder `home`. */
export type Command = (address: string, home: string) => readonly string[];

export class VisitError extends Error {
  override name = 'VisitError';
}

/** The longest silence of a page, in milliseconds. */
const PATIENCE = 120_000;

/**
 * The runs of the page at `/`, when it is done.
 * @throws VisitError where the page fails, is silent for too long, or loses its browser.
 */
export async function visit(command: Command, files: Files): Promise<readonly Run[]> {
  const home = mkdtempSync(join(tmpdir(), 'onward-visit-'));
  let hear: (told: Told) => void = () => {};
  const server = await serve(files, (told) => hear(told));
  const { port } = server.address() as AddressInfo;
  const browser = start(command(`http://127.0.0.1:${port}/`, home), home);
  let said = '';
  browser.stderr!.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  let patience: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new VisitError(why));
      const runs: Run[] = [];
      patience = setTimeout(() => fail(`the page told nothing for ${PATIENCE / 1000} s`), PATIENCE);
      browser.once('error', reject);
      browser.once('exit', (code, signal) => fail(`the browser ended with ${code ?? signal}: ${said.slice(-1000)}`));
      hear = (told) => {
        patience?.refresh();
        if ('run' in told) runs.push(told.run);
        else if ('error' in told) fail(told.error);
        else resolve(runs);
      };
    });
  } finally {
    clearTimeout(patience);
    await end(browser);
    server.close();
    server.closeAllConnections();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function serve(files: Files, hear: (told: Told) => void): Promise<Server> {
  const server = createServer(async (request, response) => {
    const file = files[request.url ?? ''];
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      hear(JSON.parse(body));
    } else if (file === undefined) response.statusCode = 404;
    else response.setHeader('content-type', file.type);
    response.end(file?.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** In a process group of its own, which can be ended as one. */
function start([program, ...args]: readonly string[], home: string): ChildProcess {
  const env = { ...process.env, HOME: home, TMPDIR: home };
  return spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env });
}

/** By request, and after five seconds by force. */
async function end(browser: ChildProcess): Promise<void> {
  if (browser.pid === undefined) return;
  const ended = browser.exitCode !== null || browser.signalCode !== null ? null : once(browser, 'exit');
  signalGroup(browser.pid, 'SIGTERM');
  const force = setTimeout(signalGroup, 5000, browser.pid, 'SIGKILL');
  await ended;
  clearTimeout(force);
  signalGroup(browser.pid, 'SIGKILL');
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // all of the group have ended
  }
}
