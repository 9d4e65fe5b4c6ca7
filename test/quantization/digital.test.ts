// Weights of few bits in a learner, storage by storage: what is kept, how it comes and goes, and the same bits in every
// form on networks with windows. Every rule meets them in test/forward-only/contract.ts.

import { describe, expect, test } from 'vitest';
import { elementsOf } from '../../runtime/program/layout.ts';
import { batchOf, host, type Form } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import type { CreateOptions } from '../../src/create.ts';
import { unseal } from '../../src/data/sealed.ts';
import {
  backprop,
  binary,
  createLearner,
  dense,
  int4,
  int8,
  int8Activations,
  int8Deltas,
  quantizationAware,
  regression,
  sequential,
  sgd,
  type LocalLearner,
} from '../../src/index.ts';
import { CAPACITY, CLASSES } from '../forward-only/proof.ts';
import { FEATURES, small, smallData } from '../learner/small.ts';

const { x, y } = smallData(40);
const rule = backprop({ optimizer: sgd(0.2) });
const [OUTPUTS, PADDED] = [12, 16];

const storages = {
  'int8 per tensor': int8({ perChannel: false }),
  int4: int4(),
  'int4 per tensor': int4({ perChannel: false }),
  binary: binary(),
  'binary of f32': binary({ latent: 'f32' }),
  'quantization-aware int8': quantizationAware(),
  'quantization-aware int4': quantizationAware({ bits: 4 }),
} as const;
type Name = keyof typeof storages;
const learnerIn = (name: Name): Promise<LocalLearner> => small({ rule, storage: storages[name] });

/** Bytes of a weight of the first layer beside those of the scales. */
const perWeight: Readonly<Record<Name, number>> = {
  'int8 per tensor': 1,
  int4: 0.5,
  'int4 per tensor': 0.5,
  binary: 1,
  'binary of f32': 4,
  'quantization-aware int8': 5,
  'quantization-aware int4': 4.5,
};

const valuesOf = (learner: LocalLearner): Float32Array => learner.weights()['dense_1/weight'].values;
const columnOf = (values: Float32Array, column: number): Float32Array =>
  values.filter((_, at) => at % OUTPUTS === column);
const largestOf = (values: Float32Array): number => Math.max(...values.map(Math.abs));
const columns = Array.from({ length: OUTPUTS }, (_, column) => column);
/** By what a value must be divided to be whole. */
const stepOf = (name: Name, values: Float32Array): number => largestOf(values) / (name.includes('int4') ? 7 : 127);

describe.each(Object.keys(storages) as Name[])('%s', (name) => {
  test('is as large as it says, learns, and goes on from a checkpoint bit for bit', async () => {
    const learner = await learnerIn(name);
    const held = learner.compiled.buffers.filter(({ name: of }) => of.startsWith('dense_1/weight'));
    const bytes = held.reduce((sum, { bytes: of, life }) => (life === 'persistent' ? sum + of : sum), 0);
    const scales = name === 'binary' ? 2 : 1;
    const health = /^(int|binary$)/.test(name) ? 8 : 0;
    expect(bytes).toBe(perWeight[name] * FEATURES * PADDED + scales * 4 * PADDED + health);
    const before = learner.evaluate(x, y).loss;
    await learner.fit(x, y, { epochs: 10 });
    expect(learner.evaluate(x, y).loss).toBeLessThan(0.8 * before);
    const other = await small({ rule, storage: storages[name], restore: learner.save() });
    expect(other.weightHash()).toBe(learner.weightHash());
    for (const each of [learner, other]) each.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
    expect(other.predict(x)).toEqual(learner.predict(x));
  });

  test('takes float weights as what it can say of them, and gives them back', async () => {
    const float = await small({ rule });
    await float.fit(x, y, { epochs: 10 });
    const learner = await learnerIn(name);
    learner.restore(float.save(), { requantize: true });
    const [wanted, values] = [valuesOf(float), valuesOf(learner)];
    for (const column of columns) {
      const [of, got] = [columnOf(wanted, column), columnOf(values, column)];
      if (name.startsWith('binary')) {
        const mean = of.reduce((sum, value) => sum + Math.abs(value), 0) / of.length;
        expect(got.every((value, row) => Math.abs(value - Math.sign(of[row]) * mean) < 1e-6)).toBe(true);
      } else {
        const step = stepOf(name, name.endsWith('tensor') ? wanted : of);
        expect(got.every((value, row) => Math.abs(value - of[row]) <= 0.5001 * step)).toBe(true);
      }
    }
    learner.setWeights(learner.weights());
    valuesOf(learner).forEach((value, at) => expect(value).toBeCloseTo(values[at], 5));
    learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
    expect(largestOf(valuesOf(learner).map((value, at) => value - values[at]))).toBeLessThan(largestOf(wanted));
  });
});

test.each([
  { headroom: 2, deltas: false },
  { headroom: 16, deltas: false },
  { headroom: 16, deltas: true },
])(
  'plain SGD moves int8 weights as it moves floats, within three standard errors: %o',
  async ({ headroom, deltas }) => {
    const [SIDE, FAR] = [64, 1000];
    const options = {
      network: sequential([SIDE], [dense(SIDE, { bias: false, name: 'w' })]),
      task: regression(SIDE),
      rule: backprop({ optimizer: sgd(0.02 / FAR) }),
      batchSize: 1,
      standardize: false,
    };
    const [sample, target] = [1, FAR].map((size) =>
      Float32Array.from({ length: SIDE }, (_, i) => size * Math.cos(7 * i)),
    );
    const movedBy = async (kept: Pick<CreateOptions, 'storage' | 'activations'>): Promise<Float32Array> => {
      const learner = await createLearner({ ...options, ...kept });
      const before = learner.weights()['w/weight'].values;
      learner.trainOnBatch(sample, target);
      return learner.weights()['w/weight'].values.map((value, at) => value - before[at]);
    };
    const activations = deltas ? int8Activations({ deltas: int8Deltas() }) : undefined;
    const [floats, moved] = [await movedBy({}), await movedBy({ storage: int8({ headroom }), activations })];
    const square = floats.reduce((sum, value) => sum + value ** 2, 0);
    const slope = floats.reduce((sum, value, at) => sum + value * moved[at], 0) / square;
    // rounding is off by half a step at most in the deviation
    const scale = (headroom * Math.sqrt(6 / SIDE)) / 127;
    expect(Math.abs(slope - 1)).toBeLessThan((3 * scale) / 2 / Math.sqrt(square));
  },
);

test('of int4 two weights stand in a byte of a checkpoint', async () => {
  const network = sequential([5], [dense(3), dense(3)]); // 15 and 9 weights
  const [learner, other] = await Promise.all(
    [1, 7].map((seed) => createLearner({ network, rule, storage: int4(), seed })),
  );
  const { header, content } = unseal({ magic: 'ONWD', version: 2 }, learner.save(), (what) => {
    throw new Error(what);
  });
  const { buffers } = header as { buffers: { element: string; shape: number[] }[] };
  const bytes = buffers.map(({ element, shape }) => {
    const count = elementsOf(shape);
    return element === 'i4' ? Math.ceil(count / 2) : 4 * count;
  });
  expect(buffers.filter(({ element }) => element === 'i4')).toHaveLength(2);
  expect(content).toHaveLength(bytes.reduce((sum, each) => sum + each));
  other.restore(learner.save());
  expect(other.weightHash()).toBe(learner.weightHash());
});

test('where all columns share a scale, all are given room', async () => {
  const learner = await learnerIn('int8 per tensor');
  learner.setWeights(learner.weights()); // the largest is at the limit now
  await learner.fit(x, y, { epochs: 10 });
  const { scales } = learner.storedWeights()['dense_1/weight'];
  expect(new Set(scales).size).toBe(1);
});

test('what was trained for it is int8 as it is: the floats are left behind', async () => {
  const aware = await learnerIn('quantization-aware int8');
  await aware.fit(x, y, { epochs: 10 });
  const learner = await small({ rule, storage: int8() });
  learner.restore(aware.save(), { requantize: true });
  const [values, wanted] = [learner.storedWeights(), aware.storedWeights()].map((of) => of['dense_1/weight'].values);
  expect(values).toEqual(wanted);
  learner.predict(x).forEach((value, at) => expect(value).toBeCloseTo(aware.predict(x)[at], 4));
});

test.each([
  ['int4', 'convolutional', undefined],
  ['int4', 'depthwise', int8Activations()],
  ['int4', 'depthwise', undefined],
  ['quantization-aware int8', 'depthwise', int8Activations({ deltas: int8Deltas() })],
  ['binary', 'depthwise', undefined],
  ['binary of f32', 'convolutional', undefined],
] as const)('%s, %s: the same bits in every form', (name, of, activations) => {
  const network = networks[of];
  const classes = { names: CLASSES, capacity: CAPACITY };
  const options = { network, rule, classes, batchSize: 5, storage: storages[name], activations };
  const [reference, scalar, simd] = (['reference', 'none', 'simd128'] satisfies Form[]).map((form) => {
    const subject = host(options, form);
    return [0, 1].map((step) => subject.train(batchOf(network, 5, step, CLASSES.length), CLASSES.length));
  });
  expect(scalar).toEqual(reference);
  expect(simd).toEqual(reference);
});
