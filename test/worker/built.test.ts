// The worker as it is built, in a real Chromium: one file that runs as a classic worker and as a module worker.

import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser as forBrowsers, bundle, workerBundle } from '../../tools/bundle.ts';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import type { TrainIn } from './built-page.ts';
import { trainings } from './training.ts';

const [{ name, recorded }] = trainings;
const html = '<!doctype html><script type="module" src="/page.js"></script>';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const built = [workerBundle, { ...forBrowsers, entryPoints: ['test/worker/built-page.ts'] }].map((options) =>
    bundle({ ...options, write: false }),
  );
  const [worker, script] = (await Promise.all(built)).map(({ outputFiles: [{ text }] }) => text);
  browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  const context = await browser.newContext();
  await context.route('**/*.js', (route) => {
    const body = route.request().url().endsWith('/worker.js') ? worker : script;
    return route.fulfill({ body, contentType: 'text/javascript' });
  });
  await context.route('**/', (route) => route.fulfill({ body: html, contentType: 'text/html' }));
  page = await context.newPage();
  await page.goto('https://onward.test/');
}, 30_000);

afterAll(() => browser?.close());

const places = ['the page', 'a classic worker', 'a module worker'] as const;
const runs = places.flatMap((place) => (['simd128', 'none'] as const).map((features) => [place, features] as const));

test.each(runs)('training in %s, features %s, gives what is recorded', async (...run) => {
  const trained = await page.evaluate((args) => (globalThis as unknown as { trainIn: TrainIn }).trainIn(...args), [
    ...run,
    name,
  ] as const);
  expect(trained).toEqual(recorded);
});
