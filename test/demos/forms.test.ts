// The same page where there is less: as files of an app in a WebView (no service worker, no SharedArrayBuffer, an
// engine without SIMD), and as one file. Both become, to the bit, what the served page becomes with SIMD.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { beforeAll, expect, test } from 'vitest';
import { warmUp, type Learned } from '../../scripts/try-page.ts';
import { answerFrom, buildPages, launchChromium, newFolder, serve } from './pages.ts';

/** A module with one function, which drops a v128. */
const simdModule = [
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  0x60,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  23,
  1,
  21,
  0,
  0xfd,
  0x0c,
  ...new Array<number>(16).fill(0),
  0x1a,
  0x0b,
];

let browser: Browser;
let withSimd: Learned;

beforeAll(async () => {
  browser = await launchChromium();
  const { address } = await serve(await buildPages('web'));
  const page = await browser.newPage();
  await page.goto(`${address}draw/`);
  expect(await hasSimd(page)).toBe(true);
  withSimd = await warmUp(page);
  await page.context().close();
});

const hasSimd = (page: Page): Promise<boolean> =>
  page.evaluate((module) => WebAssembly.validate(new Uint8Array(module)), simdModule);

/** A page, and what it complains of. */
async function openPage(from: Browser, options: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }> {
  const page = await from.newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}

test('in a WebView without SIMD it learns the same weights', async () => {
  const folder = await buildPages('webview');
  // V8 runs no SIMD on an x64 processor that lacks SSE 4.1.
  const old = await launchChromium('--js-flags=--no-enable-sse4-1', '--disable-features=SharedArrayBuffer');
  const { page, complaints } = await openPage(old, { serviceWorkers: 'block', viewport: { width: 390, height: 844 } });
  const origin = 'https://appassets.androidplatform.net';
  await page.context().route(
    '**',
    answerFrom(folder, origin, (url) => complaints.push(`request of ${url}`)),
  );
  await page.goto(`${origin}/`);
  await page.getByRole('link', { name: 'Draw', exact: true }).click();
  expect(await hasSimd(page)).toBe(false);
  expect(await warmUp(page)).toEqual(withSimd);
  expect(await page.workers()[0].evaluate(() => typeof SharedArrayBuffer)).toBe('undefined');
  expect(complaints).toEqual([]);
});

test('as one file, alone in a folder, it learns the same weights', async () => {
  const file = join(newFolder('alone'), 'draw.html');
  copyFileSync(join(await buildPages('file'), 'draw.html'), file);
  const { page, complaints } = await openPage(browser, { offline: true });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).protocol));
  await page.goto(pathToFileURL(file).href);
  expect(await warmUp(page)).toEqual(withSimd);
  expect(new Set(asked)).toEqual(new Set(['file:', 'blob:']));
  expect(complaints).toEqual([]);
});
