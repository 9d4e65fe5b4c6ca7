// docs/rules.md says what the rules record today.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES_PAGE, rulesPage } from '../../scripts/docs/rules-table.ts';

test('docs/rules.md is what `npm run docs` writes', () => {
  expect(readFileSync(RULES_PAGE, 'utf8')).toBe(rulesPage());
}, 120_000);
