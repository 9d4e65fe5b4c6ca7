// A page runs one version from its beginning to its end, whatever the server has by now; a restart brings the next.

import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { beforeAll, expect, test } from 'vitest';
import { readWeights, warmUp } from '../../scripts/try-page.ts';
import { choose } from './drawing.ts';
import { buildPages, launchChromium, newFolder, offlineReady, serve } from './pages.ts';

let browser: Browser;
/** Two real builds, by version. */
let versions: Record<string, string>;

beforeAll(async () => {
  browser = await launchChromium();
  versions = { '1.0.0': await buildPages('web', '1.0.0'), '2.0.0': await buildPages('web', '2.0.0') };
});

/** Puts a version on the server: what was there is gone. */
function deploy(site: string, version: string): void {
  for (const name of readdirSync(site)) rmSync(join(site, name), { recursive: true });
  cpSync(versions[version], site, { recursive: true });
}

/** The version of which all scripts and styles of the page and its workers are. */
async function versionOf(page: Page): Promise<string> {
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const names = [...loaded, ...page.workers().map((worker) => worker.url())].flatMap(
    (url) => /\/assets\/(.+)$/.exec(url)?.[1] ?? [],
  );
  const [version] = Object.keys(versions).filter((key) => {
    const own = readdirSync(join(versions[key], 'assets'));
    return names.length > 2 && names.every((name) => own.includes(name));
  });
  return version ?? `a mixture: ${names.join(' ')}`;
}

const restart = (page: Page) => page.getByRole('button', { name: 'Restart' });
/** Another rule needs a new learner, which starts a worker of its own. */
const chooseRule = (page: Page) => choose(page, 'DRTP');

test('two versions share no script', () => {
  const [first, second] = Object.values(versions).map((folder) => readdirSync(join(folder, 'assets')));
  expect(first.filter((name) => second.includes(name))).toEqual([]);
  expect(first.length).toBe(second.length);
});

test('the old version goes on, a restart brings the new one to all pages, and it works offline', async () => {
  const site = newFolder('site');
  deploy(site, '1.0.0');
  const { address, kill } = await serve(site);
  const context = await browser.newContext();
  const [drawing, other] = [await context.newPage(), await context.newPage()];
  let loads = 0;
  drawing.on('load', () => loads++);
  await drawing.goto(`${address}draw/`);
  await offlineReady(drawing);
  await other.goto(`${address}draw/`);
  expect([loads, await versionOf(drawing), await versionOf(other)]).toEqual([1, '1.0.0', '1.0.0']);

  deploy(site, '2.0.0');
  await other.reload();
  await restart(drawing).waitFor();
  await restart(other).waitFor();
  const started = drawing.waitForEvent('worker');
  await chooseRule(drawing);
  await started;
  expect((await warmUp(drawing)).accuracy).toBeGreaterThan(85);
  expect([loads, await versionOf(drawing), await versionOf(other)]).toEqual([1, '1.0.0', '1.0.0']);

  const reloaded = [drawing, other].map((page) => page.waitForEvent('load'));
  await drawing.getByRole('link', { name: 'Draw', exact: true }).focus();
  for (const key of ['Tab', 'Tab', 'Enter']) await drawing.keyboard.press(key);
  await Promise.all(reloaded);
  for (const page of [drawing, other]) {
    await readWeights(page);
    expect([loads, await versionOf(page), await restart(page).count()]).toEqual([2, '2.0.0', 0]);
  }

  await kill();
  await drawing.reload();
  expect((await warmUp(drawing)).accuracy).toBeGreaterThan(85);
  expect(await versionOf(drawing)).toBe('2.0.0');
  await drawing.goto(address);
  expect(await drawing.locator('footer').innerText()).toContain('Version 2.0.0');
});

test('a page that nobody kept says that a part of it is gone, and restarts whole', async () => {
  const site = newFolder('site');
  deploy(site, '1.0.0');
  const { address } = await serve(site);
  const page = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
  await page.goto(`${address}draw/`);
  await readWeights(page);
  deploy(site, '2.0.0');
  await chooseRule(page);
  await page.getByRole('status').filter({ hasText: 'A part of this page is gone' }).waitFor();
  await restart(page).click();
  await readWeights(page);
  expect(await versionOf(page)).toBe('2.0.0');
});

test('a server that is half at the next version installs nothing; then it installs the next', async () => {
  const site = newFolder('site');
  deploy(site, '1.0.0');
  cpSync(join(versions['2.0.0'], 'draw'), join(site, 'draw'), { recursive: true });
  const { address } = await serve(site);
  const page = await (await browser.newContext()).newPage();
  const session = await page.context().newCDPSession(page);
  const failed = new Promise<void>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions: workers }) => {
      if (workers.some(({ status }) => status === 'redundant')) resolve();
    });
  });
  await session.send('ServiceWorker.enable');
  await page.goto(address);
  await failed;
  expect(await page.locator('#offline').innerText()).toBe('');
  deploy(site, '2.0.0');
  await page.reload();
  await offlineReady(page);
  await page.goto(`${address}draw/`);
  await readWeights(page);
  expect(await versionOf(page)).toBe('2.0.0');
});
