// The code of README.md is that of docs/examples, and runs.

import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { syntheticHandwriting } from '../../src/data/index.ts';

test.each(['ten-lines', 'in-a-worker'])('the page shows %s', (name) => {
  const file = readFileSync(`docs/examples/${name}.ts`, 'utf8')
    .replace('../../src/worker/index.ts', 'onward/worker')
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

test('the learner in a worker learns a class more, and gives its bytes', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const { bytes, learner } = await import('../../docs/examples/in-a-worker.ts');
  const epochs = log.mock.calls.filter((line) => line.length === 3);
  expect(epochs.map(([epoch]) => epoch)).toEqual([0, 1, 2]);
  expect(epochs[2][2], 'of the validation samples').toBeGreaterThan(0.85);
  expect(await learner.classNames()).toHaveLength(11);
  expect(log.mock.lastCall).toMatchObject([{ label: 'star' }]);
  const { test: unseen } = syntheticHandwriting();
  expect((await learner.evaluate(unseen.inputs, unseen.labels)).accuracy, 'the drawing was a 7').toBeGreaterThan(0.7);
  await learner.restore(bytes);
  await learner.dispose();
});
