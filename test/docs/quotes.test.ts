// The code on the pages for authors is the code that runs: each block stands in a file of docs/examples.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** As an author writes it, outside the repository; indentation aside, since a page quotes from inside functions. */
const plain = (code: string): string =>
  code
    .replaceAll('../../src/index.ts', 'onward')
    .replaceAll('../../src/author.ts', 'onward/author')
    .replace(/^ +/gm, '')
    .trim();

const files = readdirSync('docs/examples').map((file) => plain(readFileSync(`docs/examples/${file}`, 'utf8')));

test.each(['rule', 'layer', 'storage'])('docs/write-a-%s.md quotes docs/examples', (what) => {
  const page = readFileSync(`docs/write-a-${what}.md`, 'utf8');
  const quotes = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => plain(code));
  expect(quotes.length).toBeGreaterThan(0);
  expect(quotes.filter((quote) => !files.some((file) => file.includes(quote)))).toEqual([]);
});
