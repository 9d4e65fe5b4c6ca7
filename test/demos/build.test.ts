// What holds of every page as built: nothing inline, nothing absolute, nothing unlisted.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { demos } from '../../demos/shell/demos.ts';
import { buildPages } from './pages.ts';

const folders = demos.map(({ folder }) => folder);
/** By folder, '' for the start page's. */
let pages: Map<string, string>;
let files: string[];

beforeAll(async () => {
  const folder = await buildPages('webview');
  pages = new Map(['', ...folders].map((name) => [name, readFileSync(join(folder, name, 'index.html'), 'utf8')]));
  files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
});

const attributes = (page: string, name: string): string[] =>
  [...page.matchAll(new RegExp(`[\\s-]${name}="([^"]*)"`, 'g'))].map(([, value]) => value);

test('every folder beside the shell is listed', () => {
  const found = readdirSync(join(import.meta.dirname, '../../demos')).filter((name) => name !== 'shell');
  expect([...folders].sort()).toEqual(found.sort());
});

test('every page leads to every other, by relative addresses of what is there', () => {
  for (const [folder, page] of pages) {
    const addresses = [...attributes(page, 'href'), ...attributes(page, 'src')];
    const root = 'https://onward.test/some/path/';
    const named = addresses.map((address) => new URL(address, `${root}${folder && `${folder}/`}`).href);
    expect(addresses.filter((address) => /^\/|:/.test(address))).toEqual([]);
    const paths = named.map((url) => url.slice(root.length).replace(/^$|\/$/, (slash) => `${slash}index.html`));
    expect(paths.filter((path) => !files.includes(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['index.html', ...folders.map((name) => `${name}/index.html`)]));
  }
});

test('every page keeps to a policy under which nothing inline runs', () => {
  for (const page of pages.values()) {
    const [policy] = attributes(page, 'content').filter((content) => content.startsWith('default-src'));
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; /);
    expect(policy).not.toContain("'unsafe-");
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
    expect([...page.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(([, text]) => text).join('')).toBe('');
  }
});
