// A browser offers to install the app: Chromium finds no fault, and every icon is what the manifest says.

import { chromium } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import { buildPages, newFolder, offlineReady, serve } from './pages.ts';

test('Chromium has no installability error', async () => {
  const { address } = await serve(await buildPages('web'));
  // A context beside the profile's own would count as a private window, where nothing can be installed.
  const context = await chromium.launchPersistentContext(newFolder('profile'), {
    executablePath: await findChromium(),
    args: chromiumArguments,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  for (const path of ['', 'draw/']) {
    await page.goto(address + path);
    await offlineReady(page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    expect([path, installabilityErrors]).toEqual([path, []]);
  }
  const { url, errors, manifest } = await session.send('Page.getAppManifest');
  expect([url, errors]).toEqual([`${address}manifest.webmanifest`, []]);
  expect([manifest.id, manifest.startUrl, manifest.scope]).toEqual([`${address}onward`, address, address]);
  // The one of any size has none here.
  const pictures = manifest.icons!.filter(({ sizes }) => sizes !== '0x0');
  expect(pictures.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512', '512x512']);
  for (const { url: icon, sizes } of pictures) {
    const size = await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, icon);
    expect([icon, size]).toEqual([icon, sizes]);
  }
});
