// Weights as int8 in a learner: on every kind of network, what is kept and reported, how weights come and go, and that
// nothing that is not finite becomes a weight unseen.

import { describe, expect, test } from 'vitest';
import { analyse } from '../../runtime/program/analyse.ts';
import { poisonSteps, poisonUnits } from '../../runtime/program/poison.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  CheckpointError,
  ConfigurationError,
  DivergenceError,
  InputError,
  adam,
  backprop,
  dense,
  f32,
  int8,
  sequential,
  sgd,
  tpsgd,
  type LocalLearner,
} from '../../src/index.ts';
import { recordLearner, trainingPhases } from '../../src/compile/record.ts';
import { batchOf, host, type Form } from '../../src/check/host.ts';
import { refusal } from '../../src/check/check-rule.ts';
import { networks } from '../../src/check/networks.ts';
import type { CreateOptions } from '../../src/create.ts';
import { CAPACITY, CLASSES } from '../forward-only/proof.ts';
import { trainable } from '../forward-only/proof.ts';
import { tried } from '../forward-only/tried.ts';
import { opened } from '../learner/opened.ts';
import { FEATURES, small, smallData, smallOptions } from '../learner/small.ts';

const { x, y } = smallData(40);
const storage = int8();
const kept = (options: Partial<CreateOptions> = {}): Promise<LocalLearner> => small({ storage, ...options });

describe.each(['backprop', 'tpsgd'] as const)('%s', (rule) => {
  test.each(['convolutional', 'depthwise', 'residual', 'recurrent'])('the same bits in every form: %s', (name) => {
    const network = networks[name];
    const classes = { names: CLASSES, capacity: CAPACITY };
    const options = { network, rule: rules[rule](), classes, batchSize: 5, storage };
    const [reference, scalar, simd] = (['reference', 'none', 'simd128'] satisfies Form[]).map((form) => {
      const subject = host(options, form);
      return [0, 1].map((step) => subject.train(batchOf(network, 5, step, CLASSES.length), CLASSES.length));
    });
    expect(scalar).toEqual(reference);
    expect(simd).toEqual(reference);
    expect(new Set(reference).size).toBe(2);
  });
});

// every rule on one network: test/forward-only/contract.ts
test.each(['backprop', 'tpsgd'] as const)('%s is as local as with floats, on every kind of network', (name) => {
  for (const [, network] of trainable(rules[name](), storage)) {
    const [floats, bytes] = [f32, storage].map((of) => {
      const { program, course } = recordLearner({ network, rule: rules[name](), storage: of });
      return analyse(program, trainingPhases(course)).locality;
    });
    expect(bytes).toEqual(floats);
  }
});

const rescaled: readonly (readonly [rule: keyof typeof tried, network: string])[] = [
  ...Object.entries(tried).flatMap(([name, rule]) =>
    refusal({ network: networks.dense, rule: rule(), storage }) === null
      ? [[name as keyof typeof tried, 'dense'] as const]
      : [],
  ),
  ['backprop', 'recurrent'],
  ['tpsgd', 'recurrent'],
];

test.each(rescaled)('%s, %s: no step and no unit notices poison, rescaling included', async (name, of) => {
  const network = networks[of];
  const options = {
    network,
    rule: tried[name](),
    storage,
    classes: { names: CLASSES, capacity: CAPACITY },
    batchSize: 5,
  };
  const subject = host(options, 'simd128', { share: false });
  subject.train(batchOf(network, 5, 0, CLASSES.length), CLASSES.length);
  for (const { name: buffer } of subject.program.buffers) if (buffer.endsWith('/health')) subject.write(buffer, [0, 1]);
  const poison = { ...subject, features: 'simd128', phase: 'train', before: subject.bytes } as const;
  expect(await poisonSteps(poison)).toEqual([]);
  expect(await poisonUnits(poison)).toEqual([]);
});

test('one sample is answered as it is among others, bit for bit', async () => {
  const learner = await kept();
  await learner.fit(x, y);
  const together = learner.predict(x);
  const rows = Array.from({ length: 40 }, (_, row) => [
    ...learner.predict(x.subarray(row * FEATURES, (row + 1) * FEATURES)),
  ]);
  expect(rows.flat()).toEqual([...together]);
});

describe('what is kept', () => {
  test('a byte for each weight and a float for each column, biases as float, and no float copy', async () => {
    const [floats, bytes] = [(await small()).compiled.memory, (await kept()).compiled.memory];
    const padded = FEATURES * 16 + 12 * 8;
    expect(bytes.parameterBytes).toBe(floats.parameterBytes);
    expect(floats.storedParameterBytes).toBe(4 * padded + 4 * (16 + 8));
    expect(bytes.storedParameterBytes).toBe(padded + 4 * (16 + 8) + 4 * (16 + 8));
    expect(bytes.byRole.parameter).toBe(bytes.storedParameterBytes);
    const held = bytes.buffers.filter(({ name, life }) => name.startsWith('dense_1/weight') && life === 'persistent');
    expect(held.map(({ name, bytes: size }) => [name, size])).toEqual([
      ['dense_1/weight', FEATURES * 16],
      ['dense_1/weight/scale', 64],
      ['dense_1/weight/health', 8],
    ]);
  });

  test('what Adam keeps is float', async () => {
    const learner = await kept({ rule: backprop({ optimizer: adam(0.01) }) });
    const moment = learner.compiled.buffers.find(({ name }) => name === 'dense_1/weight/firstMoment');
    expect(moment).toMatchObject({ element: 'f32', bytes: 4 * FEATURES * 16 });
    const before = learner.evaluate(x, y).loss;
    await learner.fit(x, y, { epochs: 20 });
    expect(learner.evaluate(x, y).loss).toBeLessThan(before / 2);
  });

  test('the first weights are those of float, rounded to the nearest step', async () => {
    const [floats, bytes] = [(await small()).weights(), (await kept()).weights()];
    const bound = Math.sqrt(3) / Math.sqrt(FEATURES);
    const step = (3 * bound) / 127;
    const { values } = floats['dense_1/weight'];
    const errors = bytes['dense_1/weight'].values.map((value, at) => Math.abs(value - values[at]));
    expect(Math.max(...errors)).toBeLessThanOrEqual(step / 2 + 1e-7);
    expect(Math.max(...errors)).toBeGreaterThan(step / 4);
    expect(bytes['dense_1/bias']).toEqual(floats['dense_1/bias']);
  });

  test('a step is the headroom over 127 of the largest first weight', async () => {
    const steps = await Promise.all(
      [3, 6].map(async (headroom) => {
        const { values } = (await small({ storage: int8({ headroom }) })).weights()['dense_1/weight'];
        return Math.min(...values.filter((value) => value > 0));
      }),
    );
    expect(steps[1]).toBeCloseTo(2 * steps[0], 6);
    for (const headroom of [0.5, Number.NaN, Infinity]) expect(() => int8({ headroom })).toThrow(ConfigurationError);
  });
});

describe('setWeights', () => {
  test('takes the weights of a float learner, each within half a step of its column, and answers like it', async () => {
    const floats = await small();
    await floats.fit(x, y, { epochs: 20 });
    const learner = await kept();
    learner.setWeights(floats.weights());
    const { values, shape } = learner.weights()['dense_1/weight'];
    const wanted = floats.weights()['dense_1/weight'].values;
    for (let column = 0; column < shape[1]; column++) {
      const rows = Array.from({ length: shape[0] }, (_, row) => row * shape[1] + column);
      const largest = Math.max(...rows.map((at) => Math.abs(wanted[at])));
      for (const at of rows) expect(Math.abs(values[at] - wanted[at])).toBeLessThan(largest / 127 / 2 + 1e-6);
    }
    expect(learner.evaluate(x, y).accuracy).toBe(floats.evaluate(x, y).accuracy);
  });

  test.each([0, 1e-30])('gives back what weights() gave, and keeps the scale of a column of %d', async (nothing) => {
    const learner = await kept();
    const values = Float32Array.from({ length: FEATURES * 12 }, (_, at) => (at % 12 === 4 ? nothing : Math.sin(at)));
    learner.setWeights({ 'dense_1/weight': { shape: [FEATURES, 12], values } });
    const weights = learner.weights();
    learner.setWeights(weights);
    const again = learner.weights()['dense_1/weight'].values;
    weights['dense_1/weight'].values.forEach((value, at) => expect(again[at]).toBeCloseTo(value, 6));
    await learner.fit(x, y, { epochs: 3 });
    const moved = learner.weights()['dense_1/weight'].values.filter((_, at) => at % 12 === 4);
    expect(Math.max(...moved.map(Math.abs))).toBeGreaterThan(1e-3);
  });

  test('refuses what is not finite by name, and changes nothing', async () => {
    const learner = await kept();
    const hash = learner.weightHash();
    const values = new Float32Array(FEATURES * 12).fill(0.1);
    values[7] = Number.NaN;
    expect(() => learner.setWeights({ 'dense_1/weight': values })).toThrow(InputError);
    expect(() => learner.setWeights({ 'dense_1/weight': values })).toThrow("'dense_1/weight' holds NaN at 7");
    expect(learner.weightHash()).toBe(hash);
  });
});

test('a column that reaches the limit is given room: its scale doubles, and learning goes on', async () => {
  const { learner, trainer } = await opened(smallOptions({ storage, rule: backprop({ optimizer: sgd(0.2) }) }));
  learner.setWeights(learner.weights()); // the largest weight of every column is at the limit now
  const scales = (): Float32Array => {
    const buffer = learner.compiled.buffers.find(({ name }) => name === 'dense_2/weight/scale');
    return trainer.engine.decode(buffer!);
  };
  const [before, loss] = [scales(), learner.evaluate(x, y).loss];
  await learner.fit(x, y, { epochs: 10 });
  const growth = scales().map((scale, column) => scale / before[column]);
  expect(growth.every((factor) => Number.isInteger(Math.log2(factor)) && factor >= 1)).toBe(true);
  expect(Math.max(...growth)).toBeGreaterThan(1);
  expect(learner.evaluate(x, y).loss).toBeLessThan(loss / 2);
});

test('updates that are not finite end a fit, though loss and weights are finite', async () => {
  const network = sequential([FEATURES], [dense(3, { bias: false })]);
  const { learner, trainer } = await opened(smallOptions({ storage, network, rule: tpsgd({ optimizer: sgd(3e38) }) }));
  const hash = learner.weightHash();
  const failing = learner.fit(x, y);
  await expect(failing).rejects.toThrow(DivergenceError);
  await expect(failing).rejects.toThrow('the weights stopped being finite in epoch 0');
  expect(learner.weightHash()).toBe(hash);
  expect(trainer.engine.isFinite).toBe(true);
  learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  expect(trainer.engine.isFinite).toBe(false);
});

describe('checkpoints', () => {
  test('of another storage are refused by name', async () => {
    const [floats, bytes] = [await small(), await kept()];
    expect(() => bytes.restore(floats.save())).toThrow(CheckpointError);
    expect(() => bytes.restore(floats.save())).toThrow(/of storage f32: f32, this learner's is int8: int8, f32/);
    expect(() => floats.restore(bytes.save())).toThrow(/of storage int8: int8, f32, this learner's is f32: f32/);
  });

  test('go on bit for bit with another capacity, batch size and instruction set', async () => {
    const learner = await kept();
    await learner.fit(x, y, { epochs: 2 });
    const classes = { names: learner.classNames, capacity: 30 };
    const other = await small({ storage, classes, batchSize: 21, features: 'none', restore: learner.save() });
    for (const each of [learner, other]) await each.fit(x, y, { batchSize: 5 });
    expect(other.predict(x)).toEqual(learner.predict(x));
  });
});
