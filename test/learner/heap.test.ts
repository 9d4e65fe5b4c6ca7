// A step allocates nothing, on the JavaScript side neither.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tried } from '../forward-only/tried.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-heap-'));
const script = join(folder, 'step-heap.mjs');
beforeAll(() => {
  const source = join(import.meta.dirname, 'fixtures/step-heap.ts');
  buildSync({ entryPoints: [source], outfile: script, bundle: true, format: 'esm', platform: 'node' });
});
afterAll(() => rmSync(folder, { recursive: true }));

// each in a process of its own: code that many rules went through allocates numbers
test.each(Object.keys(tried))('%s: the heap grows by less than 50 kB over 5,000 steps', { timeout: 60_000 }, (rule) => {
  const growth = Number(execFileSync(process.execPath, ['--expose-gc', script, rule], { encoding: 'utf8' }));
  expect(growth).toBeLessThan(50_000);
});
