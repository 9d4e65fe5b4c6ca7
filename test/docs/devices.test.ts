// docs/devices.md says what models and profiles are today.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEVICES_PAGE, devicesPage } from '../../scripts/docs/devices-page.ts';

test('docs/devices.md is what `npm run docs` writes', () => {
  expect(readFileSync(DEVICES_PAGE, 'utf8')).toBe(devicesPage());
});
