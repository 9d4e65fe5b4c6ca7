// Every optimiser of the index: its update through both kernels that spend gradients, against its reference bit for
// bit; thirty steps of it, with what advances once a step, against another formulation of the same method in double
// precision; and the numbers it refuses.

import { describe, expect, test } from 'vitest';
import { view } from '../../runtime/program/buffer.ts';
import { Program } from '../../runtime/program/program.ts';
import * as matmulUpdate from '../../runtime/simd/kernels/f32-matmul-update.ts';
import * as plainUpdate from '../../runtime/simd/kernels/f32-update.ts';
import { PANEL, panelElements } from '../../runtime/simd/parts/panels.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import { createLearner, dense, sequential, tpsgd } from '../../src/index.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { adamw } from '../../src/optimizers/adamw.ts';
import { OptimizerError } from '../../src/optimizers/error.ts';
import { optimizers } from '../../src/optimizers/index.ts';
import { recordOptimizer, type Optimizer } from '../../src/optimizers/optimizer.ts';
import { CONSTANT } from '../../src/optimizers/schedule.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { sgdw } from '../../src/optimizers/sgdw.ts';
import { signSgd } from '../../src/optimizers/sign-sgd.ts';
import { randoms } from '../layers/alone.ts';
import { runEverywhere } from '../program/run.ts';
import { call } from '../simd/call.ts';

const learningRate = 0.05;
const all = Object.entries(optimizers).map(([name, make]) => ({ name: name as Name, made: make(learningRate) }));
type Name = keyof typeof optimizers;
const forms = ['none', 'simd128'] as const;

// ---- bit for bit ---------------------------------------------------------------------------------------------------

const numbersOf = ({ update, hyper }: Optimizer): Float32Array =>
  Float32Array.from(update.hyper, (name) => (name.startsWith('correction') ? 1.5 : hyper[name]));

/** A weight and its state after three updates, by whatever runs the kernel. */
function thrice(update: Update, elements: number, step: (args: Record<string, Float32Array>, t: number) => void) {
  const states = update.state.map((name) => [name, new Float32Array(elements)]);
  const args = { weight: randoms(elements, 'weight'), ...Object.fromEntries(states) };
  for (let t = 0; t < 3; t++) step(args, t);
  return args;
}

describe.each(all)('$name is its reference, bit for bit, in both forms', ({ made }) => {
  const { update } = made;
  const hyper = numbersOf(made);

  test('on a gradient', () => {
    const n = 11;
    const gradient = (t: number): Float32Array => randoms(n, `gradient ${t}`);
    const refer = plainUpdate.reference(update);
    const expected = thrice(update, n, (args, t) => refer({ ...args, gradient: gradient(t), hyper, n } as never));
    for (const features of forms) {
      const kernel = plainUpdate.f32_update(update);
      const actual = thrice(update, n, (args, t) =>
        call(kernel, { ...args, gradient: gradient(t), hyper, n }, features),
      );
      expect(actual, features).toEqual(expected);
    }
    expect(expected.weight).not.toEqual(randoms(n, 'weight'));
  });

  test.each([1, 6])('fused into the gradient product, at batch %s', (batch) => {
    const [inputs, columns] = [5, 11];
    const dzStride = 2 * PANEL;
    const elements = panelElements(inputs, columns);
    const factors = (t: number): Record<'x' | 'dz', Float32Array> => ({
      x: randoms(batch * inputs, `x ${t}`),
      dz: randoms(batch * dzStride, `dz ${t}`).map((value, i) => (i % dzStride < columns ? value : 0)),
    });
    const sizes = { batch, inputs, columns, dzStride };
    const refer = matmulUpdate.reference(update);
    const expected = thrice(update, elements, (args, t) =>
      refer({ ...args, ...factors(t), hyper, ...sizes, strip: new Float32Array(0) } as never),
    );
    for (const features of forms) {
      const kernel = matmulUpdate.f32_matmul_update(update);
      const actual = thrice(update, elements, (args, t) =>
        call(kernel, { ...args, ...factors(t), hyper, ...sizes }, features),
      );
      expect(actual, features).toEqual(expected);
    }
  });
});

// ---- thirty steps --------------------------------------------------------------------------------------------------

const [n, steps] = [11, 30];
const gradients = Array.from({ length: steps }, (_, t) => randoms(n, `step ${t}`));
const [momentum, weightDecay, sgdwDecay, epsilon] = [0.9, 0.01, 0.005, 1e-8];
const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)];

/** sum over s of decay^(t - s) g[s]: a momentum without its recurrence. */
const discounted = (g: number[], decay: number): number =>
  g.reduce((sum, value, s) => sum + decay ** (g.length - 1 - s) * value, 0);

const adamStep = (g: number[]): number => {
  const t = g.length;
  const mean = ((1 - beta1) * discounted(g, beta1)) / (1 - beta1 ** t);
  const squares = g.map((value) => value * value);
  const square = ((1 - beta2) * discounted(squares, beta2)) / (1 - beta2 ** t);
  return mean / (Math.sqrt(square) + epsilon);
};

/** The weight after a step, from all gradients so far, in double precision. */
const inDouble: Record<Name, (w: number, g: number[]) => number> = {
  sgd: (w, g) => w - learningRate * g[g.length - 1],
  momentum: (w, g) => w - learningRate * discounted(g, momentum),
  nesterov: (w, g) => w - learningRate * (g[g.length - 1] + momentum * discounted(g, momentum)),
  adam: (w, g) => w - learningRate * adamStep(g),
  adamw: (w, g) => w * (1 - learningRate * weightDecay) - learningRate * adamStep(g),
  sgdw: (w, g) => w * (1 - learningRate * sgdwDecay) - learningRate * discounted(g, momentum),
  sign: (w, g) => w - learningRate * Math.sign(g[g.length - 1]),
};

/** `train` advances the optimiser, then spends the gradient. */
function recorded(made: Optimizer): Program {
  const p = new Program();
  const lasting = (name: string, role: 'parameter' | 'data' | 'state') =>
    p.buffer({ name, role, shape: [n], life: 'persistent' });
  const [weight, gradient] = [lasting('weight', 'parameter'), lasting('gradient', 'data')];
  const state = Object.fromEntries(made.update.state.map((name) => [name, lasting(name, 'state')]));
  const { advance, hyper } = recordOptimizer(p, 'optimizer', made);
  p.phase('train', () => {
    advance();
    const operands = { weight, gradient, ...state, hyper: view(hyper!), n };
    p.unit('unit', () => p.call(plainUpdate.f32_update(made.update), operands));
  });
  return p;
}

test.each(all)(`$name after ${steps} steps within 2e-6 of double precision`, ({ name, made }) => {
  const run = runEverywhere(recorded(made));
  const start = randoms(n, 'weight');
  run.write('weight', start);
  const expected = [...start];
  gradients.forEach((gradient, t) => {
    run.write('gradient', gradient);
    run.call('train');
    for (let i = 0; i < n; i++) {
      const soFar = gradients.slice(0, t + 1).map((g) => g[i]);
      expected[i] = inDouble[name](expected[i], soFar);
    }
  });
  const actual = run.read('weight');
  for (let i = 0; i < n; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(2e-6);
});

test.each([adam(), adamw()])('what advances of %o: the corrections of each step, within 1e-5', (made) => {
  const run = runEverywhere(recorded(made));
  const at = (name: string): number => made.update.hyper.indexOf(name);
  expect(run.read('optimizer/hyper')[at('learningRate')]).toBe(Math.fround(0.001));
  for (let t = 1; t <= steps; t++) {
    run.call('train');
    const hyper = run.read('optimizer/hyper');
    for (const [moment, beta] of [
      [1, beta1],
      [2, beta2],
    ] as const) {
      expect(hyper[at(`power${moment}`)]).toBeCloseTo(beta ** t, 5);
      expect(hyper[at(`correction${moment}`)] * (1 - beta ** t)).toBeCloseTo(1, 4);
    }
  }
});

test('sign leaves a weight alone where the gradient is zero, and shows where it is NaN', () => {
  const weight = Float32Array.of(1, 1, 1, 1, 1);
  const gradient = Float32Array.of(0, -0, Number.NaN, 1e-40, -Infinity);
  call(plainUpdate.f32_update(signSgd().update), { weight, gradient, hyper: Float32Array.of(0.5), n: 5 });
  expect([...weight]).toEqual([1, 1, Number.NaN, 0.5, 1.5]);
});

// ---- what is declared ----------------------------------------------------------------------------------------------

test.each<[made: () => Optimizer, message: string]>([
  [() => sgd(Number.NaN), 'sgd: learningRate is NaN, wanted a finite number of at least 0'],
  [() => sgd(0.1, { momentum: -0.9 }), 'sgd: momentum is -0.9, wanted a finite number from 0 to below 1'],
  [() => sgd(0.1, { momentum: Infinity, nesterov: true }), 'sgd: momentum is Infinity, wanted a finite number'],
  [() => signSgd(-1), 'sign: learningRate is -1, wanted a finite number of at least 0'],
  [() => adam(0.1, { beta2: Number.NaN }), 'adam: beta2 is NaN, wanted a finite number from 0 to below 1'],
  [() => adam(0.1, { epsilon: -1e-8 }), 'adam: epsilon is -1e-8, wanted a finite number of at least 0'],
  [() => sgdw(0.1, { momentum: 1 }), 'sgdw: momentum is 1, wanted a finite number from 0 to below 1'],
  [() => adamw(0.1, { weightDecay: -0.1 }), 'adamw: weightDecay is -0.1, wanted a finite number of at least 0'],
])('%s is refused by name', (made, message) => {
  expect(made).toThrow(OptimizerError);
  expect(made).toThrow(message);
});

test.each(all)('$name has a rate, a schedule, and a first value for each of its numbers', ({ made }) => {
  expect(made.schedule).toBe(CONSTANT);
  expect(Object.keys(made.hyper).sort()).toEqual([...made.update.hyper].sort());
  expect(made.hyper.learningRate).toBe(learningRate);
  expect(made.advance.every(([name]) => made.update.hyper.includes(name))).toBe(true);
  expect(optimizers[made.update.name as Name](learningRate)).toEqual(made);
});

test('weights that begin later have a clock of their own: their first step under Adam is as long as the rate', async () => {
  const network = sequential([6], [dense(5, { activation: 'tanh' }), dense(3)]);
  const rule = tpsgd({ optimizer: adam(0.01), order: 'greedy' });
  const learner = await createLearner({ network, rule, batchSize: 4 });
  const lengths: Record<string, number[]> = {};
  let before = learner.weights();
  const onBatchEnd = (): void => {
    const after = learner.weights();
    for (const [name, { values }] of Object.entries(after)) {
      const moved = Math.max(...values.map((value, i) => Math.abs(value - before[name].values[i])));
      if (moved > 0) lengths[name] = [...(lengths[name] ?? []), moved];
    }
    before = after;
  };
  await learner.fit(randoms(8 * 6, 'x'), [0, 1, 2, 0, 1, 2, 0, 1], { epochs: 6, callbacks: { onBatchEnd } });
  expect(Object.keys(lengths).sort()).toEqual(Object.keys(before).sort());
  for (const [name, [first, ...others]] of Object.entries(lengths)) {
    expect(first, name).toBeCloseTo(0.01, 5);
    expect(others, name).toHaveLength(5);
  }
});
