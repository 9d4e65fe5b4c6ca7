// Contrastive Forward beside what contract.ts and the oracle check: what it learns without labels.

import { expect, test } from 'vitest';
import { affine } from '../../runtime/program/buffer.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { batchOf } from '../../src/check/host.ts';
import { recordLearner } from '../../src/compile/record.ts';
import {
  contrastiveForward,
  createLearner,
  dense,
  flatten,
  randomTranslation,
  sequential,
  sgd,
} from '../../src/index.ts';

const network = sequential([7], [dense(9, { activation: 'relu' }), dense(8, { activation: 'relu' }), dense(3)]);
const { input, label } = batchOf(network, 6, 0, 3);

/** The weights of each hidden layer, and of the read-out, after a step. */
async function taught(samples: Float32Array, labels: ArrayLike<number>) {
  const rule = contrastiveForward({ optimizer: sgd(0.1) });
  const learner = await createLearner({ network, rule });
  const before = learner.weights();
  learner.trainOnBatch(samples, [...Array.from(labels)]);
  const after = learner.weights();
  const of = (name: string): number[] => [...after[name].values];
  const hidden = ['dense_1/weight', 'dense_2/weight'];
  return {
    hidden: hidden.map(of),
    first: hidden.map((name) => [...before[name].values]),
    output: of('dense_3/weight'),
  };
}

test('hidden layers learn the same with other labels', async () => {
  const [one, other] = [
    await taught(input, label),
    await taught(
      input,
      label.map((known) => (known + 1) % 3),
    ),
  ];
  expect(one.hidden).toEqual(other.hidden);
  expect(one.hidden).not.toEqual(one.first);
  expect(one.output).not.toEqual(other.output);
});

test('a sample that is alone in its step teaches the read-out alone', async () => {
  const { hidden, first } = await taught(input.subarray(0, 7), [1]);
  expect(hidden).toEqual(first);
});

test('where images are moved, each half of a pair is moved for itself, and what is read out is not', () => {
  const hidden = dense(6, { activation: 'relu' });
  const moved = sequential([4, 4, 1], [randomTranslation(1), flatten(), hidden, dense(3)]);
  const { program } = recordLearner({ network: moved, rule: contrastiveForward() });
  const moves = callsOf(program.phases.get('train') ?? []).filter(({ kernel }) => kernel.name === 'f32_translate');
  expect(moves.map(({ operands }) => operands.turn)).toEqual([0, affine(1)]);
});
