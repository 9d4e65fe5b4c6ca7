// Every file or folder of the repository that README.md or docs/*.md names in backticks exists.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders = ['runtime', 'src', 'cli', 'demos', 'tools', 'bench', 'test', 'docs', 'scripts'];
const named = new RegExp(`\`((?:${folders.join('|')})/[\\w./-]*)`, 'g');

const pages = [
  ...['README.md'].filter((page) => existsSync(join(root, page))),
  ...(existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }) : [])
    .filter((page) => page.endsWith('.md'))
    .map((page) => `docs/${page}`),
];

test('README.md and docs/*.md name only paths that exist', () => {
  const missing = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(named)]
      .map(([, path]) => path)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
});
