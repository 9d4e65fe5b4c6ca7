// The tables of README and of docs have the figures that are kept.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages, withTables } from '../../scripts/docs/measured-parts.ts';

test.each(Object.keys(pages))('%s is what `npm run docs` writes', async (page) => {
  expect(readFileSync(page, 'utf8')).toBe(await withTables(page));
});
