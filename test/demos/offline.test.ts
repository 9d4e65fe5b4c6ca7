// After one visit the pages need nobody: the server's process is killed, and a new page opens, learns and goes on.

import { expect, test } from 'vitest';
import { readWeights, warmUp } from '../../scripts/try-page.ts';
import { buildPages, launchChromium, offlineReady, serve } from './pages.ts';

test('one visit to the start page, then no server: a new page opens, learns, and still knows it after a reload', async () => {
  const [browser, server] = await Promise.all([launchChromium(), buildPages('web').then(serve)]);
  const { address } = server;
  const context = await browser.newContext();
  const visit = await context.newPage();
  await visit.goto(address);
  await offlineReady(visit);
  await visit.close();
  await server.kill();
  await expect(fetch(address)).rejects.toThrow('fetch failed');

  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('link', { name: 'Draw', exact: true }).click();
  await page.waitForURL(`${address}draw/`);
  const { accuracy, weights } = await warmUp(page);
  expect(accuracy).toBeGreaterThan(85);
  await page.reload();
  await page.locator('#seen-count').filter({ hasText: '16,384' }).waitFor();
  expect(await readWeights(page)).toBe(weights);

  for (const known of ['', 'index.html', 'draw/index.html', 'draw/?from=home']) {
    const answer = await page.goto(address + known);
    expect([known, answer?.status(), answer?.fromServiceWorker()]).toEqual([known, 200, true]);
  }
  // No page answers for an address that is none: its relative links would lead nowhere.
  await expect(page.goto(`${address}draw/nothing/`)).rejects.toThrow('ERR_');
});
