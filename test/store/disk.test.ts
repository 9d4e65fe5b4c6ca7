// The store against a real Chromium's disk: full, and damaged in its files while the browser was closed.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';

const origin = 'https://onward.test';
const profile = mkdtempSync(join(tmpdir(), 'onward-store-'));
let bundle: string;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  const {
    outputFiles: [{ text }],
  } = await build({
    entryPoints: [join(import.meta.dirname, '../../src/store/index.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'onward',
    target: 'chrome80',
    write: false,
  });
  bundle = text;
});

afterAll(async () => {
  for (const context of contexts) await context.close();
  rmSync(profile, { recursive: true });
});

async function open(): Promise<Page> {
  const executablePath = await findChromium();
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: chromiumArguments });
  contexts.push(context);
  await context.route('**', (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }));
  const page = await context.newPage();
  await page.goto(origin);
  await page.addScriptTag({ content: bundle });
  return page;
}

declare const onward: typeof import('../../src/store/index.ts');

/** Sent to the page: what it gives is the failure's name and message, or null. */
const save = (page: Page, length: number, first: number): Promise<string | null> =>
  page.evaluate(
    async ([length, first]) => {
      const store = await onward.openStore('disk');
      const bytes = new Uint8Array(length).map((_, index) => Math.imul(index, index) >>> 11);
      bytes[0] = first;
      return store.save('key', bytes).then(
        () => null,
        (error) => `${error.name}: ${error.message}`,
      );
    },
    [length, first] as const,
  );

const load = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const store = await onward.openStore('disk');
    return store.load('key').then(
      (stored) => `${stored?.bytes[0]} of ${stored?.bytes.length}${stored?.isFallback ? ', fallback' : ''}`,
      (error) => `${error.name}: ${error.message}`,
    );
  });

test('a full disk is a StorageFullError, and what was saved before is still there', async () => {
  const page = await open();
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 << 20 });
  expect(await save(page, 1000, 1)).toBeNull();
  expect(await save(page, 8 << 20, 2)).toMatch(/^StorageFullError: 'key' could not be saved: no room is left/);
  expect(await load(page)).toBe('1 of 1000');
  await page.context().close();
});

test('a file damaged on the disk, or lost, costs the last save and no more', async () => {
  const first = await open();
  for (const value of [1, 2]) expect(await save(first, 300_000, value)).toBeNull();
  await first.context().close();
  const newest = newestFile();
  writeFileSync(newest, readFileSync(newest).fill(7, 200_000, 200_010));

  const second = await open();
  expect(await load(second)).toBe('1 of 300000, fallback');
  for (const value of [3, 4]) expect(await save(second, 300_000, value)).toBeNull();
  await second.context().close();
  rmSync(newestFile());

  const third = await open();
  expect(await load(third)).toBe('3 of 300000, fallback');
  expect(await save(third, 300_000, 5)).toBeNull();
  expect(await load(third)).toBe('5 of 300000');
});

/** Chromium keeps a large value in a file of its own, under a number that rises. */
function newestFile(): string {
  const files = readdirSync(profile, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.indexeddb\.blob.\w+.\w+.[0-9a-f]+$/.test(file),
  );
  const number = (file: string): number => Number.parseInt(basename(file), 16);
  return join(profile, files.sort((a, b) => number(b) - number(a))[0]);
}
