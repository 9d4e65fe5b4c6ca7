// An app's page, opened in a browser: from a server, or from folders that stand for servers of as many origins.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright';
import type { Tried } from './consumer.ts';

/** Files of an origin, with what its server says of each. */
export interface Site {
  readonly folder: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

const PATIENCE = 30_000;

/** What the page at `address` has tried. `sites` answer in place of their origins. */
export async function visit(
  browser: Browser,
  address: string,
  sites: Readonly<Record<string, Site>> = {},
): Promise<Tried> {
  const context = await browser.newContext();
  try {
    for (const [origin, site] of Object.entries(sites)) await answerFor(context, origin, site);
    const page = await context.newPage();
    const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
    failed.catch(() => {});
    await page.goto(address);
    const ready = page.waitForFunction(() => 'tried' in globalThis, null, { timeout: PATIENCE });
    await Promise.race([ready, failed]);
    return await page.evaluate(() => (globalThis as unknown as { tried: Promise<Tried> }).tried);
  } catch (error) {
    return { here: '', there: '', epochs: [], error: String(error) };
  } finally {
    await context.close();
  }
}

async function answerFor(context: BrowserContext, origin: string, { folder, headers }: Site): Promise<void> {
  await context.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(file) || !statSync(file).isFile()) return route.fulfill({ status: 404, body: 'no such file' });
    const contentType = types[extname(file)] ?? 'application/octet-stream';
    return route.fulfill({
      body: readFileSync(file),
      contentType,
      headers: { ...headers, 'content-type': contentType },
    });
  });
}
