// The rule of docs/write-a-rule.md is the one in docs/examples, and it learns.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import rule from '../../docs/examples/one-bit-drtp.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { createLearner, dense, flatten, sequential } from '../../src/index.ts';

test('the page shows the file', () => {
  const file = readFileSync('docs/examples/one-bit-drtp.ts', 'utf8').replace('../../src/index.ts', 'onward');
  const code = file.slice(file.indexOf('import'));
  expect(readFileSync('docs/write-a-rule.md', 'utf8')).toContain(code);
});

test('the rule learns synthetic handwriting to 80 % in two epochs', async () => {
  const { train, test: unseen } = syntheticHandwriting({ train: 3000, test: 500 });
  const network = sequential([28, 28, 1], [flatten(), dense(100, { activation: 'tanh' }), dense(10)]);
  const learner = await createLearner({ network, rule });
  await learner.fit(train.inputs, train.labels, { epochs: 2 });
  expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThan(0.8);
});
