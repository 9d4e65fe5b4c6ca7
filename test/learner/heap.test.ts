// A step allocates nothing, on the JavaScript side neither.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the heap grows by less than 100 kB over 10,000 steps, whatever the rule', () => {
  const script = join(import.meta.dirname, 'fixtures/step-heap.ts');
  const printed = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script], { encoding: 'utf8' });
  const growth: Record<string, number> = JSON.parse(printed);
  expect(Object.keys(growth)).toHaveLength(6);
  expect(Object.entries(growth).filter(([, bytes]) => bytes >= 100_000)).toEqual([]);
});
