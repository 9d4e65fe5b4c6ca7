// Options that do not fit together are refused before anything exists, by errors that say what would fit.

import { expect, test } from 'vitest';
import { always, defineRule, type Course, type Network } from '../../src/author.ts';
import {
  ConfigurationError,
  RuleError,
  ShapeError,
  compileLearner,
  conv2d,
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
  expect(compile({ network: squashed })).toThrow(
    /dense_1.*'sigmoid', wanted 'identity': the loss 'crossEntropy' takes logits/,
  );
});

test.each([
  ['fewer names than outputs', { classes: ['a', 'b'] }, 'there are 2 class names, but the last layer has 3 outputs'],
  ['a name twice', { classes: ['a', 'b', 'a'] }, "the class name 'a' is given twice"],
  [
    'a small capacity',
    { classes: { names: ['a', 'b', 'c'], capacity: 2 } },
    'for classes is 2, wanted a whole number of at least 3',
  ],
  ['no batch', { batchSize: 0 }, 'batchSize is 0, wanted a whole number of at least 1'],
  ['half a batch', { batchSize: 2.5 }, 'batchSize is 2.5'],
  [
    'a seed of more than 32 bits',
    { seed: 2 ** 40 },
    'seed is 1099511627776, wanted a whole number from -2147483648 to 2147483647',
  ],
  ['half a seed', { seed: 0.5 }, 'seed is 0.5'],
] as const)('%s', (_, options, message) => {
  expect(compile(options as Partial<LearnerOptions>)).toThrow(ConfigurationError);
  expect(compile(options as Partial<LearnerOptions>)).toThrow(message);
});

/** What a rule owes its course, and what it left out. */
const courses: readonly [what: string, course: (predict: Course['predict']) => Course, message: RegExp][] = [
  ['a stage', (predict) => ({ stages: [], predict }), /idle: the number of stages is 0/],
  [
    'the phase of a step',
    (predict) => ({ stages: always('learn'), predict }),
    /idle: a phase it runs is 'learn', wanted one it recorded: prepare, train/,
  ],
  [
    'the phases around steps',
    (predict) => ({ stages: [{ enter: 'begin', step: 'train', until: { share: 1 } }], predict }),
    /idle: a phase it runs is 'begin', wanted one it recorded/,
  ],
  [
    'a count to raise',
    (predict) => ({ stages: [{ step: ['train', { raise: 'grown' }], until: { share: 1 } }], predict }),
    /idle: a count it raises is 'grown', wanted one it has: batch, classes/,
  ],
  [
    'the phase of an action',
    (predict) => ({
      stages: always('train'),
      predict,
      actions: { tick: { run: [['train'], 'tock'], takes: [] } },
    }),
    /a phase it runs is 'tock', wanted/,
  ],
];

test.each(courses)('a rule that owes %s is named', (_, course, message) => {
  const idle = defineRule({
    ...rule,
    name: 'idle',
    record(p, network: Network, context) {
      p.phase('train', () => void network.walk(p, context.input, { training: true }));
      return course((program) => network.walk(program, context.input, { training: false }));
    },
  });
  expect(compile({ rule: idle })).toThrow(RuleError);
  expect(compile({ rule: idle })).toThrow(message);
});

test.each(['name', 'paper', 'optimizers', 'locality', 'record'])('a rule without its %s is no rule', (part) => {
  const { [part as keyof typeof rule]: _, ...rest } = rule;
  expect(() => defineRule(rest as typeof rule)).toThrow(RuleError);
  expect(() => defineRule(rest as typeof rule)).toThrow(`has no '${part}'`);
});

test('an optimizer the rule does not have is named', () => {
  const other = defineRule({
    ...rule,
    name: 'other',
    record(p, _network, context) {
      p.phase('train', () => void context.sink('fast'));
      throw new Error('unreached');
    },
  });
  expect(compile({ rule: other })).toThrow("the rule 'other' has no optimizer 'fast'; it has optimizer");
});
