// docs/choose.md says what the kept runs of `onward compare` and the plans say.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHOOSE_PAGE, choosePage } from '../../scripts/docs/choose-page.ts';

test('docs/choose.md is what `npm run docs` writes', async () => {
  expect(readFileSync(CHOOSE_PAGE, 'utf8')).toBe(await choosePage());
});
