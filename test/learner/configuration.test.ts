// Options that do not fit together are refused before anything exists, by errors that say what would fit.

import { expect, test } from 'vitest';
import {
  ConfigurationError,
  RuleError,
  ShapeError,
  compileLearner,
  conv2d,
  defineRule,
  dense,
  flatten,
  sequential,
  sgd,
  tpsgd,
} from '../../src/index.ts';
import type { LearnerOptions } from '../../src/compile/compile.ts';

const rule = tpsgd({ optimizer: sgd(0.1) });
const network = sequential([4], [dense(8, { activation: 'relu' }), dense(3)]);
const compile = (options: Partial<LearnerOptions>) => () => compileLearner({ network, rule, ...options });

test('an unknown activation: which there are, and why not softmax', () => {
  // @ts-expect-error the type forbids it too
  const softmax = () => sequential([4], [dense(3, { activation: 'softmax' })]);
  expect(softmax).toThrow(ShapeError);
  expect(softmax).toThrow(/dense_1: there is no activation 'softmax', wanted identity, .*softmax belongs to the loss/);
  // @ts-expect-error the type forbids it too
  expect(() => sequential([8, 8, 1], [conv2d(2, 3, { activation: 'ReLU' }), flatten(), dense(3)])).toThrow(/'ReLU'/);
});

test('an activation on the last layer: logits are wanted', () => {
  const squashed = sequential([4], [dense(3, { activation: 'sigmoid' })]);
  expect(compile({ network: squashed })).toThrow(ConfigurationError);
  expect(compile({ network: squashed })).toThrow(/dense_1.*'sigmoid', wanted 'identity'.*logits.*loss applies softmax/);
});

test.each([
  ['fewer names than outputs', { classes: ['a', 'b'] }, 'there are 2 class names, but the last layer has 3 outputs'],
  ['a name twice', { classes: ['a', 'b', 'a'] }, "the class name 'a' is given twice"],
  ['a small capacity', { classes: { names: ['a', 'b', 'c'], capacity: 2 } }, 'for classes is 2, wanted at least 3'],
  ['no batch', { batchSize: 0 }, 'batchSize is 0, wanted a whole number of at least 1'],
  ['half a batch', { batchSize: 2.5 }, 'batchSize is 2.5'],
  ['a seed of more than 32 bits', { seed: 2 ** 40 }, 'seed is 1099511627776, wanted a whole number of 32 bits'],
  ['half a seed', { seed: 0.5 }, 'seed is 0.5'],
] as const)('%s', (_, options, message) => {
  expect(compile(options as Partial<LearnerOptions>)).toThrow(ConfigurationError);
  expect(compile(options as Partial<LearnerOptions>)).toThrow(message);
});

test('a rule that owes a phase is named', () => {
  const idle = defineRule({ ...rule, name: 'idle', record: () => [] });
  expect(compile({ rule: idle })).toThrow(RuleError);
  expect(compile({ rule: idle })).toThrow(/the rule 'idle' uses no buffer/);
});
