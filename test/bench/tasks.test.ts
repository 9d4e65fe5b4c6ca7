// The trials of bench/accuracy/tasks.ts: their scores by hand, their data as said, and contenders that can be made.

import { expect, test } from 'vitest';
import { paired } from '../../bench/accuracy/tasks/digit-pairs.ts';
import { trials } from '../../bench/accuracy/tasks/index.ts';
import { exactMatch, mse, r2, shareOfControl } from '../../bench/accuracy/tasks/score.ts';
import { meanAnswer, type Contender, type Trial } from '../../bench/accuracy/tasks/trial.ts';
import { createDataset } from '../../src/data/index.ts';
import { compileLearner } from '../../src/index.ts';

test('scores of two rows of two', () => {
  const targets = Float32Array.of(0, 1, 1, 1);
  const answers = Float32Array.of(0.25, 1, 0.75, 0);
  expect(mse.of(answers, targets, 2)).toBe((0.0625 + 0.0625 + 1) / 4);
  expect(r2.of(Float32Array.of(0, 2, 1, 4), Float32Array.of(0, 2, 2, 4), 2)).toBe((0.5 + 1) / 2);
  expect(exactMatch.of(answers, targets, 2)).toBe(0.5);
  expect([shareOfControl(3, 5, 1), shareOfControl(0.25, 0.1, 0.4)]).toEqual([0.5, expect.closeTo(0.5, 12)]);
});

test('the mean answers each value by its own', () => {
  const part = (targets: number[]) =>
    createDataset({
      name: 'numbers',
      inputs: new Float32Array(targets.length / 2),
      inputShape: [1],
      targets: Float32Array.from(targets),
      targetNames: ['a', 'b'],
    });
  const answers = meanAnswer({ train: part([1, 10, 3, 30]), test: part([0, 0]) });
  expect(answers).toEqual(Float32Array.of(2, 20));
});

test('a pair shows both digits side by side, each is left once and right once', () => {
  const count = 12;
  const digits = createDataset({
    name: 'digits',
    inputs: Uint8Array.from(
      { length: count * 784 },
      (_, at) => Math.floor(at / 784) * 20 + (Math.floor(at / 28) % 28 === 27 ? 1 : 0),
    ),
    labels: Uint8Array.from({ length: count }, (_, row) => row % 10),
    inputShape: [28, 28, 1],
    classNames: Array.from({ length: 10 }, (_, digit) => `${digit}`),
  });
  const pairs = paired(digits, 0);
  expect([pairs.count, pairs.inputShape]).toEqual([count, [28, 56, 1]]);
  const rights = Array.from({ length: count }, (_, pair) => {
    const picture = pairs.inputs.subarray(pair * 1568, (pair + 1) * 1568);
    const [left, right] = [picture[0] / 20, picture[28] / 20];
    expect([left, picture[27 * 56], picture[1567]]).toEqual([pair, 20 * pair + 1, 20 * right + 1]);
    const there = [...pairs.targets.subarray(pair * 10, pair * 10 + 10).entries()].flatMap(([at, value]) =>
      value ? [at] : [],
    );
    expect(new Set(there)).toEqual(new Set([left % 10, right % 10]));
    return right;
  });
  expect(rights.sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
  expect(paired(digits, 1).inputs).not.toEqual(pairs.inputs);
});

const contenders = trials.flatMap((trial) =>
  trial.contenders.map((contender): [string, Trial, Contender] => [
    `${trial.name} by ${contender.rule.name}`,
    trial,
    contender,
  ]),
);

test.each(contenders)('%s can be made', (_, trial, { rule, network, batchSize }) => {
  const { task } = compileLearner({ network, rule, task: trial.task(), batchSize });
  expect(task.kind).toBe(trial.task().kind);
});

test.each(trials.map((trial) => [trial.name, trial] as const))(
  '%s begins with the control',
  (_, { contenders: [control] }) => {
    expect(control.rule.name).toBe('backprop');
  },
);
