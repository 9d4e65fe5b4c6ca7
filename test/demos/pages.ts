// The pages as built, served by the project's own server in a process that can be killed, in a real Chromium.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page, type Route } from 'playwright';
import { afterAll, vi } from 'vitest';
import { buildDemos, type Form } from '../../scripts/build-demos.ts';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import { lastChange } from '../../tools/pack.ts';

// A build, a browser, a warm-up: seconds, but minutes on a machine that does much else.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = join(import.meta.dirname, '../..');
const built = join(root, 'build/pages');
const scratch = mkdtempSync(join(tmpdir(), 'onward-pages-'));
const closing: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closing) await close();
  rmSync(scratch, { recursive: true });
});

/** The folder of a form of the pages, to be left as it is: built by the first test that wants it of these sources. */
export async function buildPages(form: Form, version?: string): Promise<string> {
  const name = `${form}-${version ?? 'now'}-`;
  const wanted = `${name}${lastChange()}`;
  const folder = join(built, wanted);
  if (existsSync(folder)) return folder;
  mkdirSync(built, { recursive: true });
  const old = readdirSync(built).filter((other) => other.startsWith(name) && other !== wanted);
  for (const other of old) rmSync(join(built, other), { recursive: true, force: true });
  const outdir = mkdtempSync(join(built, `making-${name}`));
  await buildDemos({ form, outdir, version });
  // another test file may have been first
  if (existsSync(folder)) rmSync(outdir, { recursive: true });
  else renameSync(outdir, folder);
  return folder;
}

export const newFolder = (name: string): string => mkdtempSync(join(scratch, `${name}-`));

export async function launchChromium(...more: string[]): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: [...chromiumArguments, ...more],
  });
  closing.push(() => browser.close());
  return browser;
}

export interface Served {
  readonly address: string;
  /** Ends the process at once; then nothing answers. */
  kill(): Promise<void>;
}

export async function serve(folder: string): Promise<Served> {
  const command = ['--import', 'tsx', 'cli/main.ts', 'serve', folder, '--port', '0', '--json'];
  const server = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  closing.push(kill);
  const [line] = await once(server.stdout, 'data');
  return { address: JSON.parse(String(line)).address, kill };
}

/** Answers requests of `origin` from a folder as an app with a WebView does: files, or nothing. */
export const answerFrom =
  (folder: string, origin: string, refused: (url: string) => void) =>
  (route: Route): Promise<void> => {
    const url = route.request().url();
    const { origin: host, pathname } = new URL(url);
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (host === origin && existsSync(path)) return route.fulfill({ path });
    refused(url);
    return route.abort();
  };

/** Waits until the page says that it works offline. */
export const offlineReady = (page: Page): Promise<void> =>
  page.locator('#offline').filter({ hasText: 'works offline' }).waitFor();
