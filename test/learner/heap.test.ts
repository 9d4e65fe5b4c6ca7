// A step allocates nothing, on the JavaScript side neither.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tried } from '../forward-only/tried.ts';

const script = join(import.meta.dirname, 'fixtures/step-heap.ts');

test.each(Object.keys(tried))(
  '%s: the heap grows by less than 100 kB over 10,000 steps',
  (rule) => {
    const args = ['--expose-gc', '--import', 'tsx', script, rule];
    const growth = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect(growth).toBeLessThan(100_000);
  },
  120_000,
);
