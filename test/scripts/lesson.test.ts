// The lesson of the drawing page, by the command that shows it for all rules, networks and hands.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('five digits taught once each stay known, and others of the same hand are read', { timeout: 120_000 }, () => {
  const command = ['--import', 'tsx', 'scripts/lesson.ts', '--quick', '--json'];
  const { ok, rows } = JSON.parse(execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' }));
  expect(ok).toBe(true);
  expect(rows.map(({ warmedUp }: { warmedUp: number }) => warmedUp)).toEqual([0, 16_384]);
  for (const { taught, others, certain } of rows) {
    expect(taught.mean).toBeGreaterThanOrEqual(4.5);
    expect(others.mean).toBeGreaterThanOrEqual(4);
    expect(certain.mean).toBeLessThanOrEqual(0.05);
  }
});
