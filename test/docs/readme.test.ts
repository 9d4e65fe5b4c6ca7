// The ten lines of README.md are docs/examples/ten-lines.ts, and they run.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the page shows the file', () => {
  const file = readFileSync('docs/examples/ten-lines.ts', 'utf8')
    .replace('../../src/data/index.ts', 'onward/data')
    .replace('../../src/index.ts', 'onward');
  const code = file.slice(file.indexOf('import'), file.indexOf('export {'));
  expect(readFileSync('README.md', 'utf8')).toContain(code.trimEnd());
});

test('they learn synthetic handwriting to 90 % within a mebibyte', async () => {
  const { learner, test: unseen } = await import('../../docs/examples/ten-lines.ts');
  expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThan(0.9);
  expect(learner.memory().plannedBytes).toBeLessThan(2 ** 20);
});
