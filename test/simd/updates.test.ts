// Optimisers through f32_update: every kernel against its reference bit for bit, and thirty steps of each against
// another formulation of the same method in double precision.

import { expect, test } from 'vitest';
import { f32_update, reference } from '../../runtime/simd/kernels/f32-update.ts';
import { uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import * as updates from '../../runtime/simd/updates/index.ts';
import { call } from './call.ts';

const n = 11;
const steps = 30;
const learningRate = 0.05;
const momentum = 0.9;
const weightDecay = 0.1;
const epsilon = 1e-8;
const beta1 = Math.fround(0.9);
const beta2 = Math.fround(0.999);

/** The hyper-parameters of step t = 1, 2, ... */
const hyperAt = (t: number): Record<string, number> => ({
  learningRate,
  momentum,
  weightDecay,
  epsilon,
  beta1,
  beta2,
  correction1: 1 / (1 - beta1 ** t),
  correction2: 1 / (1 - beta2 ** t),
});

const next = wordReader(1, 2, 3);
const randoms = (): Float32Array => Float32Array.from({ length: n }, () => 2 * uniformFromWord(next()) - 1);
const start = randoms();
const gradients = Array.from({ length: steps }, randoms);

/** sum over s of decay^(t - s) g[s]: a momentum without its recurrence. */
const discounted = (g: number[], decay: number): number =>
  g.reduce((sum, value, s) => sum + decay ** (g.length - 1 - s) * value, 0);

const adamStep = (g: number[]): number => {
  const t = g.length;
  const mean = ((1 - beta1) * discounted(g, beta1)) / (1 - beta1 ** t);
  const square =
    ((1 - beta2) *
      discounted(
        g.map((value) => value * value),
        beta2,
      )) /
    (1 - beta2 ** t);
  return mean / (Math.sqrt(square) + epsilon);
};

/** The weight after a step, from all gradients so far, in double precision. */
const inDouble: Record<keyof typeof updates, (w: number, g: number[]) => number> = {
  sgd: (w, g) => w - learningRate * g[g.length - 1],
  momentum: (w, g) => w - learningRate * discounted(g, momentum),
  nesterov: (w, g) => w - learningRate * (g[g.length - 1] + momentum * discounted(g, momentum)),
  adam: (w, g) => w - learningRate * adamStep(g),
  adamw: (w, g) => w * (1 - learningRate * weightDecay) - learningRate * adamStep(g),
  sign: (w, g) => w - learningRate * Math.sign(g[g.length - 1]),
};

function fresh(update: Update) {
  const state = Object.fromEntries(update.state.map((name) => [name, new Float32Array(n)]));
  return { weight: start.slice(), ...state };
}

const hyperOf = (update: Update, t: number): Float32Array =>
  Float32Array.from(update.hyper, (name) => hyperAt(t)[name]);

const all = Object.entries(updates).map(([name, { update }]) => ({ name: name as keyof typeof updates, update }));

test.each(all)('$name is its reference, bit for bit, in both forms', ({ update }) => {
  const expected = fresh(update);
  for (let t = 1; t <= 3; t++) {
    reference(update)({ ...expected, gradient: gradients[t], hyper: hyperOf(update, t), n } as never);
  }
  for (const features of ['none', 'simd128'] as const) {
    const actual = fresh(update);
    for (let t = 1; t <= 3; t++) {
      call(f32_update(update), { ...actual, gradient: gradients[t], hyper: hyperOf(update, t), n }, features);
    }
    expect(actual).toEqual(expected);
  }
});

test.each(all)(`$name after ${steps} steps within 2e-6 of double precision`, ({ name, update }) => {
  const actual = fresh(update);
  const expected = [...start];
  for (let t = 1; t <= steps; t++) {
    call(f32_update(update), { ...actual, gradient: gradients[t - 1], hyper: hyperOf(update, t), n });
    for (let i = 0; i < n; i++)
      expected[i] = inDouble[name](
        expected[i],
        gradients.slice(0, t).map((g) => g[i]),
      );
  }
  for (let i = 0; i < n; i++) expect(Math.abs(actual.weight[i] - expected[i])).toBeLessThan(2e-6);
});

test('sign leaves a weight alone where the gradient is zero, and shows where it is NaN', () => {
  const weight = Float32Array.of(1, 1, 1, 1, 1);
  const gradient = Float32Array.of(0, -0, Number.NaN, 1e-40, -Infinity);
  call(f32_update(updates.sign.update), { weight, gradient, hyper: Float32Array.of(0.5), n: 5 });
  expect([...weight]).toEqual([1, 1, Number.NaN, 0.5, 1.5]);
});
