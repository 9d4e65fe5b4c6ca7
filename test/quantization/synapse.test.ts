// Weights as conductances in a learner: what is kept, that every profile learns and repeats itself, and what wears out,
// sticks, runs full and is lost.

import { describe, expect, test } from 'vitest';
import {
  CheckpointError,
  ConfigurationError,
  adam,
  backprop,
  converters,
  createLearner,
  dense,
  profiles,
  pulseTrains,
  regression,
  sequential,
  sgd,
  synapse,
  tikiTaka,
  type LearnerOptions,
  type LocalLearner,
  type ConverterOptions,
  type Profile,
  type SynapseOptions,
} from '../../src/index.ts';
import { subjectOf } from '../../src/check/check.ts';
import { checks, roomChecks } from '../../src/check/checks/index.ts';
import { batchOf, host, type Form } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import { WEAR } from '../../runtime/simd/parts/pulses.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import { CAPACITY, CLASSES } from '../forward-only/proof.ts';
import { opened } from '../learner/opened.ts';
import { FEATURES, small, smallOptions } from '../learner/small.ts';
import { rule, steps, x, y } from './linear-device.ts';

const of = (profile: Partial<Profile> = {}, options: SynapseOptions = {}): Promise<LocalLearner> =>
  small({ rule, storage: synapse({ ...steps, ...profile }, options) });
const lossAfter = async (learner: LocalLearner): Promise<number> => {
  await learner.fit(x, y, { epochs: 15 });
  return learner.evaluate(x, y).loss;
};

/** The words of `wear` of the first layer. */
async function worn(profile: Partial<Profile>, epochs = 5) {
  const options = smallOptions({ rule, storage: synapse({ ...steps, ...profile }) });
  const { learner, trainer } = await opened(options);
  const buffer = learner.compiled.buffers.find(({ name }) => name === 'dense_1/weight/wear')!;
  const first = learner.weights()['dense_1/weight'].values;
  await learner.fit(x, y, { epochs });
  return { words: trainer.engine.decode(buffer), first, last: learner.weights()['dense_1/weight'].values };
}

test.each([
  ['convolutional', 'ag-a-si'],
  ['convolutional', 'pcm'],
  ['depthwise', 'pcm'],
  ['recurrent', 'reram-array-om'],
])('the same bits in every form: %s, %s', (name, profile) => {
  const network = networks[name];
  const storage = synapse(profiles[profile]);
  const classes = { names: CLASSES, capacity: CAPACITY };
  const [reference, scalar, simd] = (['reference', 'none', 'simd128'] satisfies Form[]).map((form) => {
    const subject = host({ network, rule, classes, batchSize: 5, storage }, form);
    return [0, 1].map((step) => subject.train(batchOf(network, 5, step, CLASSES.length), CLASSES.length));
  });
  expect(scalar).toEqual(reference);
  expect(simd).toEqual(reference);
  expect(new Set(reference).size).toBe(2);
});

test.each(Object.values(profiles))('$name learns, and the same again', async (profile) => {
  const make = (): Promise<LocalLearner> => small({ rule, storage: synapse({ ...profile, pulses: 'stochastic' }) });
  const [one, other] = [await make(), await make()];
  const before = one.evaluate(x, y).loss;
  expect(await lossAfter(one)).toBeLessThan(before);
  await lossAfter(other);
  expect(other.weightHash()).toBe(one.weightHash());
});

describe('what every storage owes is owed with write noise, pulse trains, tiles and managed bounds', () => {
  const around = { tileRows: 5, inputBits: 8, outputBits: 8, outputBound: 0.5, readNoise: 0.01, boundManagement: 2 };
  const options = { pulses: pulseTrains(), converters: converters(around) };
  const storage = synapse(profiles['reram-array-om'], options);
  const subject = subjectOf({ network: networks.dense, rule, storage });

  test.each([...checks, ...roomChecks])('$name', async ({ run }) => {
    expect(await run(subject)).toEqual([]);
  });
});

describe('pulse trains', () => {
  const pulses = pulseTrains();

  test.each([{}, { updateManagement: false, lengthManagement: false }])(
    'learn, into a fast array too: %o',
    async (options) => {
      const mapping = { pulses: pulseTrains(options) };
      for (const storage of [
        synapse(steps, mapping),
        tikiTaka(profiles['reram-array-om'], { ...mapping, rate: 0.5 }),
      ]) {
        const learner = await small({ rule, storage });
        const before = learner.evaluate(x, y).loss;
        expect(await lossAfter(learner)).toBeLessThan(before);
      }
    },
  );

  test('refuse what is no outer product, a threshold and more slots than a word has, by name', async () => {
    const storage = synapse(steps, { pulses });
    const refused = (options: Partial<LearnerOptions>) => expect(small({ rule, storage, ...options })).rejects;
    await refused({ rule: backprop({ optimizer: adam() }) }).toThrow(
      "pulseTrains: the optimiser is 'adam', wanted sgd() without momentum",
    );
    await refused({ batchSize: 8, microBatch: 4 }).toThrow(
      "pulseTrains: 'dense_2/weight' learns by a gradient, wanted",
    );
    expect(() => synapse(steps, { pulses, threshold: 1 })).toThrow('threshold, with pulseTrains is 1, wanted 0');
    expect(() => synapse(steps, { pulses, most: 32 })).toThrow('most, with pulseTrains is 32, wanted');
    expect(() => synapse(steps, { pulses: 'often' as 'sign' })).toThrow("pulses is 'often', wanted one of nearest");
  });
});

test('two bytes a weight, four for a pair, biases as float, and no float copy', async () => {
  const held = async (arrangement: 'single' | 'pair'): Promise<unknown> =>
    (await of({ arrangement })).compiled.memory.buffers
      .filter(({ name, life }) => name.startsWith('dense_1/weight') && life === 'persistent')
      .map(({ name, bytes }) => [name, bytes]);
  const beside = [
    ['dense_1/weight/scale', 64],
    ['dense_1/weight/wear', 24],
  ];
  expect(await held('single')).toEqual(expect.arrayContaining([['dense_1/weight', 2 * FEATURES * 16], ...beside]));
  expect(await held('pair')).toEqual(expect.arrayContaining([['dense_1/weight', 4 * FEATURES * 16], ...beside]));
});

test.each(['single', 'pair'] as const)(
  'first weights of a %s are those of float, within half a code',
  async (arrangement) => {
    const [floats, devices] = [(await small()).weights(), (await of({ arrangement }, { range: 1 })).weights()];
    const { values } = floats['dense_1/weight'];
    const errors = devices['dense_1/weight'].values.map((value, at) => Math.abs(value - values[at]));
    expect(Math.max(...errors)).toBeLessThan(1 / 32767);
  },
);

describe('setWeights', () => {
  test.each(['single', 'pair'] as const)(
    'gives back what weights() gave, and stays in range: %s',
    async (arrangement) => {
      const learner = await of({ arrangement }, { range: 0.5 });
      const weights = learner.weights();
      const hash = learner.weightHash();
      learner.setWeights(weights);
      expect(learner.weightHash()).toBe(hash);
      learner.setWeights({ 'dense_1/weight': new Float32Array(FEATURES * 12).fill(7) });
      for (const value of learner.weights()['dense_1/weight'].values) expect(value).toBeCloseTo(0.5, 3);
    },
  );
});

describe('a device', () => {
  test('is worn by pulses, which are counted', async () => {
    const { words } = await worn({});
    expect(words[WEAR.rises]).toBeGreaterThan(100);
    expect(words[WEAR.falls]).toBeGreaterThan(100);
    expect(words[WEAR.nonFinite]).toBe(0);
  });

  test('that is stuck never moves', async () => {
    const { first, last } = await worn({ stuck: 0.5 });
    const still = last.filter((value, at) => value === first[at]).length / last.length;
    expect(still).toBeGreaterThan(0.4);
    expect(still).toBeLessThan(0.7);
    expect((await worn({ stuck: 1 })).last).toEqual((await worn({ stuck: 1 })).first);
  });

  test('is read other than it was written, which weights() tell, and holds no byte more', async () => {
    const [exact, noisy] = [await of(), await of({ writeNoise: 5 })];
    expect(noisy.weights()).toEqual(exact.weights());
    expect(noisy.predict(x)).not.toEqual(exact.predict(x));
    expect(noisy.predict(x)).toEqual(noisy.predict(x));
    const kept = (learner: LocalLearner): number =>
      learner.compiled.memory.buffers.reduce((sum, { life, bytes }) => sum + (life === 'persistent' ? bytes : 0), 0);
    expect(kept(noisy)).toBe(kept(exact));
    noisy.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
    const [after, before] = [noisy, await of({ writeNoise: 5 })].map((learner) => learner.predict(x));
    expect(after).not.toEqual(before);
  });

  test.each(['single', 'pair'] as const)('behind a resistance is read by its current: %s', async (arrangement) => {
    const [high, low, accessResistance] = [5e-5, 1e-5, 2e4];
    const storage = synapse({ ...steps, arrangement, conductance: { high, low } }, { range: 1, accessResistance });
    const network = sequential([1], [dense(3, { bias: false, name: 'w' })]);
    const learner = await createLearner({ network, task: regression(3), rule, storage });
    const weights = [-1, 0.25, 1];
    learner.setWeights({ 'w/weight': weights });
    const current = (share: number): number => 1 / (1 / (low + share * (high - low)) + accessResistance);
    const read = (share: number): number => (current(share) - current(0)) / (current(1) - current(0));
    const expected = {
      single: (weight: number) => 2 * read((weight + 1) / 2) - 1,
      pair: (weight: number) => read(Math.max(weight, 0)) - read(Math.max(-weight, 0)),
    }[arrangement];
    for (const [at, value] of learner.predict([1]).entries()) expect(value).toBeCloseTo(expected(weights[at]), 3);
    expect(() => synapse(steps, { accessResistance })).toThrow("wanted 0, as profile 'steps' has no conductance");
  });

  test('of a pair only rises, and what runs full is refreshed without a change of the weight', async () => {
    const { words, last } = await worn({ arrangement: 'pair', constants: { step: 0.05 } }, 30);
    expect(words[WEAR.full]).toBe(0);
    expect(last.every(Number.isFinite)).toBe(true);
  });

  test.each([0, 0.05])(
    'of a pair is refreshed at 0.75 and 0.25 of the mean bound, whatever its own bound is: spread %d',
    async (highSpread) => {
      const [SIDE, step, rate] = [40, 0.01, 1e-6];
      const constants = { step, low: 0, high: 2, highSpread };
      const storage = synapse({ ...steps, arrangement: 'pair', pulses: 'nearest', constants }, { range: 2 });
      const learner = await createLearner({
        network: sequential([SIDE], [dense(SIDE, { bias: false, name: 'w' })]),
        rule: backprop({ optimizer: sgd(rate) }),
        task: regression(SIDE),
        storage,
        batchSize: 1,
      });
      learner.setWeights({ 'w/weight': new Float32Array(SIDE ** 2) });
      const { device } = mapped('this test', { ...steps, arrangement: 'pair', constants }, {});
      const give = (pulses: number): number[][] => {
        learner.trainOnBatch(new Float32Array(SIDE).fill(1), new Float32Array(SIDE).fill((pulses * step) / rate));
        const { values } = learner.storedWeights()['w/weight'];
        return Array.from(values, (pair) => [(pair & 0xffff) * device.unit, (pair >>> 16) * device.unit]);
      };
      // up to 1.6 and 0.48: not yet; 0.56: refreshed
      for (let update = 0; update < 10; update++) give(16);
      for (let update = 0; update < 3; update++) give(-16);
      for (const [plus, minus] of give(0)) {
        expect(plus).toBeGreaterThan(1.55);
        expect(minus).toBeCloseTo(0.48, 2);
      }
      for (const [plus, minus] of give(-8)) {
        expect(plus).toBeGreaterThan(0.99);
        expect(plus).toBeLessThan(1.05);
        expect(minus).toBe(0);
      }
    },
  );

  test('below the threshold is not pulsed', async () => {
    const { words, first, last } = await worn({ threshold: 1e6 });
    expect(words[WEAR.rises] + words[WEAR.falls]).toBe(0);
    expect(last).toEqual(first);
  });
});

describe('converters', () => {
  const bits = { inputBits: 7, inputBound: 4, outputBits: 9, outputBound: 0.5, readNoise: 0.02, boundManagement: 1 };
  const around = converters(bits);
  const network = sequential([FEATURES], [dense(3)]);
  const answers = async (options?: ConverterOptions): Promise<Float32Array> => {
    const storage = synapse(steps, options && { converters: converters(options) });
    const learner = await small({ rule, network, storage });
    const bias = learner.weights()['dense_1/bias'].values.map((_, o) => 0.3 * (o + 1));
    learner.setWeights({ 'dense_1/bias': bias });
    return learner.predict(x);
  };

  test('the same bits in every form', () => {
    const network = networks.convolutional;
    const options = { network, rule, classes: { names: CLASSES, capacity: CAPACITY }, batchSize: 5 };
    const storage = synapse(steps, { converters: around });
    const [reference, scalar, simd] = (['reference', 'none', 'simd128'] satisfies Form[]).map((form) =>
      host({ ...options, storage }, form).train(batchOf(network, 5, 0, CLASSES.length), CLASSES.length),
    );
    expect(scalar).toEqual(reference);
    expect(simd).toEqual(reference);
  });

  test('learn with 7 and 9 bits and noisy readings', async () => {
    const learner = await of({}, { converters: around });
    const before = learner.evaluate(x, y).loss;
    expect(await lossAfter(learner)).toBeLessThan(before);
  });

  test('coarse ones move the answers, ideal ones do not', async () => {
    const plain = await answers();
    expect(await answers({})).toEqual(plain);
    expect(await answers({ outputBits: 3, outputBound: 2 })).not.toEqual(plain);
    expect(await answers({ inputBits: 2, inputBound: 2 })).not.toEqual(plain);
    expect(await answers({ readNoise: 0.1 })).not.toEqual(plain);
  });

  test('halve the input of samples whose sums run into the bound', async () => {
    const plain = await answers({});
    const off = async (options: ConverterOptions): Promise<number> => {
      const given = await answers({ outputBits: 12, outputBound: 0.1, ...options });
      return Math.max(...given.map((value, at) => Math.abs(value - plain[at])));
    };
    expect(await off({})).toBeGreaterThan(0.1);
    expect(await off({ boundManagement: 6 })).toBeLessThan(0.002);
  });

  test('of tiles add up what each reads, to 1e-6 of the same in double precision', async () => {
    const [tileRows, outputBits, outputBound] = [4, 5, 0.5];
    const storage = synapse(steps, { converters: converters({ tileRows, outputBits, outputBound }) });
    const learner = await small({ rule, network, storage });
    const { values } = learner.weights()['dense_1/weight'];
    const step = outputBound / (2 ** (outputBits - 1) - 1);
    const sumOf = (from: number, o: number): number => {
      const rows = [0, 1, 2, 3].filter((i) => from + i < FEATURES);
      return rows.reduce((sum, i) => sum + x[from + i] * values[((from + i) * values.length) / FEATURES + o], 0);
    };
    const read = (sum: number): number =>
      Math.floor(Math.max(-outputBound, Math.min(outputBound, sum)) / step + 0.5) * step;
    const powers = [0, 1, 2].map((o) => Math.exp(read(sumOf(0, o)) + read(sumOf(tileRows, o))));
    const whole = powers.reduce((sum, power) => sum + power);
    powers.forEach((power, o) => expect(learner.predict(x)[o]).toBeCloseTo(power / whole, 6));
  });

  test('refuse bits that are none, bounds that are not there, a convolution larger than a tile', async () => {
    expect(() => converters({ inputBits: 1 })).toThrow('converters: inputBits is 1, wanted');
    expect(() => converters({ boundManagement: 2 })).toThrow('boundManagement is 2, wanted 0 without outputBits');
    const storage = synapse(steps, { converters: converters({ tileRows: 3 }) });
    const classes = { names: CLASSES, capacity: CAPACITY };
    await expect(createLearner({ network: networks.convolutional, rule, classes, storage })).rejects.toThrow(
      /converters: 'conv2d_1' slides over its input and has \d+ rows, wanted converters whose tileRows/,
    );
  });
});

describe('Tiki-Taka', () => {
  test.each([false, true])('learns by what a fast array passes on, the same again; buffered: %s', async (buffered) => {
    const storage = tikiTaka(profiles['reram-array-om'], { buffered, rate: 0.5 });
    const [one, other] = [await small({ rule, storage }), await small({ rule, storage })];
    const before = one.evaluate(x, y).loss;
    for (const each of [one, other]) await each.fit(x, y, { epochs: 40 });
    expect(one.evaluate(x, y).loss).toBeLessThan(before);
    expect(other.weightHash()).toBe(one.weightHash());
    const held = one.compiled.memory.buffers.map(({ name, bytes }) => [name, bytes]);
    expect(held).toContainEqual(['dense_1/weight/fast', 2 * FEATURES * 16]);
    expect(held.some(([name]) => name === 'dense_1/weight/buffer')).toBe(buffered);
  });

  test('passes on nothing between its turns', async () => {
    const learner = await small({ rule, storage: tikiTaka(profiles['reram-array-om'], { every: 1000 }) });
    learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
    const before = learner.weights()['dense_1/weight'];
    for (let step = 0; step < 5; step++) learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
    expect(learner.weights()['dense_1/weight']).toEqual(before);
  });

  test('refuses a pair by name', () => {
    expect(() => tikiTaka(profiles.pcm)).toThrow("tikiTaka wants single devices, and profile 'pcm' is a pair");
  });
});

describe('refusals', () => {
  test.each<[Partial<Profile> & Record<string, unknown>, RegExp]>([
    [
      { model: 'magic' as 'constantStep' },
      /profile 'steps': model is 'magic', wanted one of exponential, constantStep/,
    ],
    [{ constants: { stp: 1 } }, /the model constantStep of profile 'steps' has no option 'stp'; it has step, /],
    [{ constants: {} }, /profile 'steps' has no constant 'step', which constantStep wants/],
    [{ constants: { step: 0 } }, /step is 0, wanted a finite number above 0/],
    [{ constants: { step: 0.1, low: 1, high: -1 } }, /profile 'steps' is bounded by 1 and -1/],
    [{ name: ' ' }, /profile ' ': name is ' ', wanted a name/],
    [{ stuck: 2 }, /stuck is 2, wanted/],
    [{ colour: 'red' }, /a profile has no option 'colour'/],
  ])('of a profile %o', (profile, message) => {
    expect(() => synapse({ ...steps, ...profile })).toThrow(ConfigurationError);
    expect(() => synapse({ ...steps, ...profile })).toThrow(message);
  });

  test('of a checkpoint of another device, by name', async () => {
    const [one, other] = [await of(), await of({ constants: { step: 0.02 } })];
    expect(() => other.restore(one.save())).toThrow(CheckpointError);
    expect(() => other.restore(one.save())).toThrow(/of storage steps \(constantStep_single_\w+, headroom 3\)/);
  });
});
