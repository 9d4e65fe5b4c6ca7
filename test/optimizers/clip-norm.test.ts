// Gradient clipping: a step's gradient over all weights is no longer than told, and keeps its direction.

import { describe, expect, test } from 'vitest';
import { LOCAL } from '../../src/author.ts';
import { createLearner, OptimizerError, sgd, tpsgd, backprop, type Rule } from '../../src/index.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import { CLASSES, proofOf } from '../forward-only/proof.ts';

const network = networks.convolutional;
const BATCH = 6;

/** What one step changes of all weights, as one vector. */
async function changed(rule: Rule, microBatch?: number): Promise<number[]> {
  const learner = await createLearner({ network, rule, classes: CLASSES, batchSize: BATCH, microBatch });
  const before = learner.weights();
  const { input, label } = batchOf(network, BATCH, 0, CLASSES.length);
  learner.trainOnBatch(input, label);
  const after = learner.weights();
  return Object.keys(after).flatMap((name) => [...after[name].values.map((v, i) => v - before[name].values[i])]);
}

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe.each([
  ['the whole batch', undefined],
  ['micro-batches', 2],
] as const)('clipNorm in %s', (_, microBatch) => {
  test('scales a gradient that is too long to it, within 1e-3', async () => {
    const free = await changed(backprop({ optimizer: sgd(1) }));
    const clipNorm = norm(free) / 3;
    const clipped = await changed(backprop({ optimizer: sgd(1, { clipNorm }) }), microBatch);
    expect(norm(clipped) / clipNorm).toBeCloseTo(1, 3);
    clipped.forEach((value, i) => expect(Math.abs(value - free[i] / 3)).toBeLessThan(1e-3 * clipNorm));
  });

  test('leaves a shorter one as it is, within 1e-6', async () => {
    const free = await changed(backprop({ optimizer: sgd(1) }));
    const clipped = await changed(backprop({ optimizer: sgd(1, { clipNorm: 2 * norm(free) }) }), microBatch);
    clipped.forEach((value, i) => expect(Math.abs(value - free[i])).toBeLessThan(1e-6));
  });
});

test('makes units wait for each other, and the proof says so', () => {
  const rule = tpsgd({ optimizer: sgd(0.1, { clipNorm: 1 }) });
  expect(proofOf(networks.dense, tpsgd()).locality).toEqual(LOCAL);
  expect(proofOf(networks.dense, rule).locality).toMatchObject({ updateLocked: true, backwardLocked: true });
});

test.each([0, -1, Number.NaN, Infinity])('refuses %d', (clipNorm) => {
  expect(() => sgd(0.1, { clipNorm })).toThrow(
    new OptimizerError(`sgd: clipNorm is ${clipNorm}, wanted a finite number above 0`),
  );
});

test('is part of what a checkpoint is of', async () => {
  const of = (clipNorm?: number) =>
    createLearner({ network, rule: tpsgd({ optimizer: sgd(0.1, { clipNorm }) }), classes: CLASSES });
  const saved = (await of(1)).save();
  await expect(of().then((learner) => learner.restore(saved))).rejects.toThrow(/optimizer 'optimizer' clipNorm/);
});
