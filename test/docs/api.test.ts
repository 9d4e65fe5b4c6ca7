// The public declarations are those of docs/api: a change of them is seen, and wanted. `npm run api` writes them.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportApi } from '../../scripts/api.ts';

test('docs/api says what is public, of every entry, and nothing internal', { timeout: 120_000 }, () => {
  const reports = reportApi();
  expect(readdirSync('docs/api').sort()).toEqual(reports.map(({ name }) => `${name}.api.md`).sort());
  for (const { name, text } of reports) {
    expect(readFileSync(`docs/api/${name}.api.md`, 'utf8'), `${name}: npm run api`).toBe(text);
    expect(text).not.toMatch(/@internal/);
  }
});
