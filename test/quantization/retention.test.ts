// Devices that lose their state with time: how much they lose, that layers that do not learn and Tiki-Taka's fast array
// lose it too, and that what every storage owes is owed then.

import { describe, expect, test } from 'vitest';
import {
  backprop,
  dense,
  sequential,
  sgd,
  synapse,
  tikiTaka,
  type LocalLearner,
  type Retention,
} from '../../src/index.ts';
import { g16_drift } from '../../runtime/simd/kernels/g16-drift.ts';
import { thrownSizes } from '../../runtime/simd/parts/dice.ts';
import { subjectOf } from '../../src/check/check.ts';
import { checks } from '../../src/check/checks/index.ts';
import { call } from '../simd/call.ts';
import { opened } from '../learner/opened.ts';
import { FEATURES, small, smallOptions } from '../learner/small.ts';
import { rule, steps, x, y } from './linear-device.ts';

const halved: Retention = { kind: 'power', seconds: 10, exponent: 1, towards: 0.5 };
const train = (learner: LocalLearner, count: number): void => {
  for (let step = 0; step < count; step++) learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
};

test.each(['exponential', 'power'] as const)('time takes states away: %s', async (kind) => {
  const retention = { kind, seconds: 10, exponent: 1, towards: 0.5 };
  const network = sequential([FEATURES], [dense(3, { bias: false })]);
  const options = { network, rule: backprop({ optimizer: sgd(1e-9) }) };
  const storage = synapse({ ...steps, retention }, { secondsPerStep: 1 });
  const learner = await small({ ...options, storage });
  const [before, held] = [learner.weights(), await small({ ...options, storage: synapse(steps) })];
  for (const each of [learner, held]) {
    for (let step = 0; step < 10; step++) each.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  }
  const { values } = before['dense_1/weight'];
  const share = kind === 'exponential' ? Math.exp(-1) : 1 / 2;
  const reach = Math.max(...values.map(Math.abs));
  learner.weights()['dense_1/weight'].values.forEach((value, at) => {
    expect(Math.abs(value - share * values[at])).toBeLessThan(0.001 * reach);
  });
  expect(held.weights()).toEqual(before);
});

// of 4,096 devices in 1,000 steps
test.each([
  { arrangement: 'single', code: 32000, lost: 2e-8 },
  { arrangement: 'single', code: -300, lost: 1e-6 },
  { arrangement: 'pair', code: 65000, lost: 3e-10 },
  { arrangement: 'pair', code: 40000, lost: 1e-3 },
] as const)(
  'what $arrangement devices lose, $lost of code $code a step, is its mean within three standard errors',
  ({ arrangement, code, lost }) => {
    const [SIDE, STEPS] = [64, 1000];
    const isPair = arrangement === 'pair';
    const weight = new (isPair ? Int32Array : Int16Array)(SIDE ** 2).fill(isPair ? code | (code << 16) : code);
    const sizes = { ...thrownSizes, rows: SIDE, columns: SIDE, towards: 0, lost: new Float32Array([lost]) };
    for (let step = 0; step < STEPS; step++) call(g16_drift(arrangement), { ...sizes, step, weight });
    const sides = isPair ? [0, 16] : [0];
    const lostCodes = sides.flatMap((shift) =>
      Array.from(weight, (stored) => code - (isPair ? (stored >>> shift) & 0xffff : stored)),
    );
    const mean = lostCodes.reduce((sum, codes) => sum + codes, 0) / lostCodes.length;
    const expected = -code * Math.expm1(STEPS * Math.log1p(-lost));
    // each step of each device is a draw, of a share of a code: its variance is a quarter at most
    const variance = STEPS * Math.min(Math.abs(code) * lost, 1 / 4);
    expect(Math.abs(mean - expected)).toBeLessThan(3 * Math.sqrt(variance / lostCodes.length));
  },
);

test.each([
  ['exponential', 1, 1e4],
  ['power', 30, 1e5],
] as const)(
  'many small steps take away what their time does, to one part in 500: %s',
  async (kind, exponent, seconds) => {
    const COUNT = 300;
    const retention = { kind, seconds, exponent, towards: 0.5 };
    const network = sequential([FEATURES], [dense(3, { bias: false, name: 'w' })]);
    const storage = synapse({ ...steps, retention }, { secondsPerStep: 1, range: 1 });
    const learner = await small({ network, rule: backprop({ optimizer: sgd(1e-12) }), storage });
    learner.setWeights({ 'w/weight': new Float32Array(learner.weights()['w/weight'].values.length).fill(0.9) });
    train(learner, COUNT);
    const { values } = learner.weights()['w/weight'];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const kept = kind === 'exponential' ? Math.exp(-COUNT / seconds) : (1 + COUNT / seconds) ** -exponent;
    expect(Math.abs(mean / 0.9 / kept - 1)).toBeLessThan(0.002);
  },
);

test.each([
  ['synapse', synapse],
  ['tikiTaka', tikiTaka],
] as const)('time takes the states of layers away that do not learn: %s', async (_name, storageOf) => {
  const network = sequential(
    [FEATURES],
    [dense(4, { trained: false, name: 'held' }), dense(4, { name: 'frozen' }), dense(3, { name: 'learns' })],
  );
  const storage = storageOf({ ...steps, retention: halved }, { secondsPerStep: 1 });
  const options = smallOptions({ rule, network, storage, trainable: { learns: true } });
  const learner = await small(options);
  const before = learner.weights();
  train(learner, 10);
  const restored = await small({ ...options, restore: learner.save() });
  expect(restored.weightHash()).toBe(learner.weightHash());
  for (const name of ['held/weight', 'frozen/weight']) {
    const reach = Math.max(...before[name].values.map(Math.abs));
    learner.weights()[name].values.forEach((value, at) => {
      expect(Math.abs(value - before[name].values[at] / 2)).toBeLessThan(0.001 * reach);
    });
  }
});

test("time takes the states of Tiki-Taka's fast array away", async () => {
  const storage = tikiTaka({ ...steps, retention: halved }, { secondsPerStep: 1, every: 1000 });
  const [held, drifting] = await Promise.all(
    [tikiTaka(steps, { every: 1000 }), storage].map((each) => opened(smallOptions({ rule, storage: each }))),
  );
  const sizeOf = ({ trainer, learner }: typeof held): number => {
    train(learner, 1);
    const fast = learner.compiled.buffers.find(({ name }) => name === 'dense_1/weight/fast')!;
    return trainer.engine.decode(fast).reduce((sum, value) => sum + Math.abs(value), 0);
  };
  // both learned the same in their first step, and a state of one second has lost one part in eleven
  expect(sizeOf(drifting) / sizeOf(held)).toBeCloseTo(10 / 11, 2);
});

describe.each([
  ['synapse', synapse],
  ['tikiTaka', tikiTaka],
] as const)('what every storage owes is owed while time goes on: %s', (_name, storageOf) => {
  const network = sequential([FEATURES], [dense(5, { trained: false }), dense(4, { activation: 'tanh' }), dense(3)]);
  const storage = storageOf({ ...steps, retention: halved }, { secondsPerStep: 1 });
  const subject = subjectOf({ network, rule, storage });

  test.each(checks)('$name', async ({ run }) => {
    expect(await run(subject)).toEqual([]);
  });
});
