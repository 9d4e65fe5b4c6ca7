// Nothing leaves: pages, worker and service worker ask their own server, and nobody else.

import { expect, test } from 'vitest';
import { warmUp } from '../../scripts/try-page.ts';
import { buildPages, launchChromium, offlineReady, serve } from './pages.ts';

test('0 requests leave the origin, by page, worker or service worker', async () => {
  const [browser, { address }] = await Promise.all([launchChromium(), buildPages('web').then(serve)]);
  const page = await browser.newPage();
  const asked = { page: [] as string[], serviceWorker: [] as string[] };
  page.context().on('request', (request) => {
    asked[request.serviceWorker() === null ? 'page' : 'serviceWorker'].push(request.url());
  });
  await page.goto(address);
  await offlineReady(page);
  await page.goto(`${address}draw/`);
  expect((await warmUp(page)).accuracy).toBeGreaterThan(85);
  const leaving = Object.values(asked)
    .flat()
    .filter((url) => !url.startsWith(address));
  expect(leaving).toEqual([]);
  // Each of the three was heard.
  expect(asked.page).toContain(`${address}draw/`);
  expect(asked.page.some((url) => url.includes('/assets/worker-'))).toBe(true);
  expect(asked.serviceWorker.some((url) => url.includes('/assets/worker-'))).toBe(true);
});
