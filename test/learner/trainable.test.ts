// What of a network learns: by every rule that and nothing else, in a plan that shows it, and as much as a checkpoint
// needs to go on.

import { describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import {
  adam,
  backprop,
  conv2d,
  type CreateOptions,
  createLearner,
  dense,
  depthwiseConv2d,
  flatten,
  int8,
  type Learner,
  monoForward,
  noprop,
  residual,
  sequential,
  sgd,
  type Trainable,
  tpsgd,
  zerothOrder,
} from '../../src/index.ts';

const network = sequential(
  [6, 6, 1],
  [
    conv2d(16, 3, { activation: 'tanh' }),
    depthwiseConv2d(3, { activation: 'tanh', padding: 'same' }),
    flatten(),
    dense(24, { activation: 'tanh' }),
    dense(16, { activation: 'tanh' }),
    dense(3),
  ],
);
const samples = Float32Array.from({ length: 8 * 36 }, (_, at) => (((at * 7919) % 101) - 50) / 50);
const labels = Int32Array.from({ length: 8 }, (_, at) => at % 3);

const made = (trainable: Trainable | undefined, options: Partial<CreateOptions> = {}) =>
  createLearner({ network, rule: backprop({ optimizer: sgd(0.05) }), batchSize: 4, trainable, ...options });

/** Which values of which weights of the network some steps change. */
async function changed(learner: Learner): Promise<Record<string, number[]>> {
  const before = learner.weights();
  await learner.fit(samples, labels, { epochs: 3 });
  const after = learner.weights();
  const names = Object.keys(before).filter((name) => /^[a-zA-Z0-9]+_\d\/(weight|bias)$/.test(name));
  const changes = names.map((name) => {
    const { shape, values } = before[name];
    const columns = shape[shape.length - 1];
    const moved = new Set<number>();
    values.forEach((value, at) => {
      if (value !== after[name].values[at]) moved.add(at % columns);
    });
    return [name, [...moved].sort((a, b) => a - b)] as const;
  });
  return Object.fromEntries(changes.filter(([, columns]) => columns.length > 0));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const { noprop: _noprop, ...learnDeclared } = rules;

test.each(Object.entries(learnDeclared))(
  '%s: the layers that are named learn, and all forms agree',
  async (name, rule) => {
    const trainable = ['dense_2', 'dense_3'];
    const forms = await Promise.all(
      (['simd128', 'none'] as const).map((features) => made(trainable, { rule: rule(), features })),
    );
    const [learner, scalar] = forms;
    const changes = Object.keys(await changed(learner)).filter((each) => !each.endsWith('bias'));
    expect(changes.filter((weight) => !['dense_2/weight', 'dense_3/weight'].includes(weight))).toEqual([]);
    if (name !== 'stdp') expect(changes).toContain('dense_2/weight');
    await scalar.fit(samples, labels, { epochs: 3 });
    expect(scalar.save()).toEqual(learner.save());
    learner.predict(samples);
    learner.evaluate(samples, labels);
    const { plannedBytes, usedBytes, strayBytes } = learner.memory();
    expect([usedBytes, strayBytes]).toEqual([plannedBytes, 0]);
    const restored = await made(trainable, { rule: rule(), restore: learner.save() });
    for (const each of [learner, restored]) each.learnOne(samples.subarray(0, 36), 2);
    expect(restored.save()).toEqual(learner.save());
  },
);

describe.each([
  ['f32', undefined],
  ['int8', int8()],
])('%s', (_, storage) => {
  test.each<[string, Partial<CreateOptions>]>([
    ['backprop', { rule: backprop({ optimizer: adam(0.01) }) }],
    ['backprop, in micro-batches', { rule: backprop({ optimizer: sgd(0.1) }), microBatch: 2 }],
    ['monoForward', { rule: monoForward({ optimizer: adam(0.01) }) }],
    ['tpsgd', { rule: tpsgd({ optimizer: sgd(0.1) }) }],
  ])('%s: channels and biases', async (_rule, options) => {
    const trainable: Trainable = {
      conv2d: { channels: 0.5 },
      depthwiseConv2d: { channels: 0.25 },
      dense_1: 'bias',
      dense_2: { channels: 0.3 },
      dense_3: true,
    };
    const changes = await changed(await made(trainable, { storage, ...options }));
    for (const [name, moved] of Object.entries(changes)) {
      const learns = { conv2d_1: 8, depthwiseConv2d_1: 8, dense_1: 24, dense_2: 8, dense_3: 3 }[name.split('/')[0]];
      expect(
        moved.every((column) => column < Number(learns)),
        name,
      ).toBe(true);
    }
    expect(Object.keys(changes)).toEqual(expect.arrayContaining(['conv2d_1/weight', 'dense_1/bias', 'dense_2/weight']));
    expect(changes['conv2d_1/weight']).toEqual(upTo(8));
    expect(changes['dense_1/weight']).toBeUndefined();
    expect(changes['dense_1/bias'].length).toBeGreaterThan(20);
  });
});

test('zeroth order moves what learns alone', async () => {
  const rule = zerothOrder({ optimizer: sgd(0.05) });
  expect(await changed(await made({ dense_2: { channels: 0.5 }, dense_3: true }, { rule }))).toEqual({
    'dense_2/weight': upTo(8),
    'dense_2/bias': upTo(8),
    'dense_3/weight': upTo(3),
    'dense_3/bias': upTo(3),
  });
});

test('memory falls with what learns: state and gradients in proportion, activations by what is read again', async () => {
  const rule = backprop({ optimizer: adam(0.01) });
  const planned = async (trainable?: Trainable, options: Partial<CreateOptions> = {}): Promise<number> =>
    (await made(trainable, { rule, ...options })).memory().plannedBytes;
  const wide = sequential([64], [dense(256, { activation: 'relu' }), dense(256, { activation: 'relu' }), dense(8)]);
  const of = (trainable?: Trainable): Promise<number> => planned(trainable, { network: wide });
  const [all, half, quarter, biases, head] = await Promise.all([
    of(),
    of({ dense_1: { channels: 0.5 }, dense_2: { channels: 0.5 }, dense_3: true }),
    of({ dense_1: { channels: 0.25 }, dense_2: { channels: 0.25 }, dense_3: true }),
    of({ dense: 'bias', dense_3: true }),
    of(['dense_3']),
  ]);
  const hidden = 64 * 256 + 256 + 256 * 256 + 256;
  expect(all - half).toBe(8 * (hidden / 2));
  expect(half - quarter).toBe(8 * (hidden / 4));
  expect(all - biases).toBeGreaterThanOrEqual(8 * (hidden - 512));
  expect(biases - head).toBeGreaterThan(8 * 512);
});

test('layers inside a layer learn as it does, unless they are named', async () => {
  const nested = sequential([8], [residual([dense(8, { activation: 'tanh' }), dense(8)]), dense(3)]);
  const of = async (trainable: Trainable): Promise<string[]> => {
    const learner = await made(trainable, { network: nested });
    const before = learner.weights();
    learner.trainOnBatch(samples.subarray(0, 32), labels.subarray(0, 4));
    const after = learner.weights();
    return Object.keys(before).filter((name) => before[name].values.join() !== after[name].values.join());
  };
  const inner = (layer: string): string[] => ['weight', 'bias'].map((what) => `residual_1/${layer}/${what}`);
  const head = ['dense_1/weight', 'dense_1/bias'];
  expect(await of(['residual', 'dense_1'])).toEqual([...inner('dense_1'), ...inner('dense_2'), ...head]);
  expect(await of(['residual_1/dense_2', 'dense_1'])).toEqual([...inner('dense_2'), ...head]);
});

test('another selection goes on with the same weights', async () => {
  const whole = await made(undefined);
  await whole.fit(samples, labels);
  const part = await made(['dense_3'], { restore: whole.save() });
  expect(part.predict(samples)).toEqual(whole.predict(samples));
});

test.each<[unknown, Partial<CreateOptions>, string]>([
  [['dense_9'], {}, "trainable is 'dense_9', wanted conv2d_1, conv2d, "],
  [{ dense_3: 'weights' }, {}, "trainable: 'dense_3' is 'weights', wanted true, 'bias' or { channels: 0.25 }"],
  [{ dense: { channels: 0 } }, {}, "trainable: channels of 'dense' is 0, wanted a share above 0, at most 1"],
  [['dense_2'], {}, "trainable: 'dense_3' gives the outputs, wanted it among what learns"],
  [{ dense_3: { channels: 0.5 } }, {}, "trainable: the channels of 'dense_3' are classes, wanted all of them to learn"],
  [
    { dense_1: 'bias', dense_2: true },
    { network: sequential([36], [dense(4, { bias: false }), dense(3)]) },
    "trainable: 'dense_1' has no bias, so nothing of it would learn",
  ],
  [
    ['dense_3'],
    { rule: noprop() },
    "trainable: the rule 'noprop' learns layers of its own, made like the declared ones",
  ],
  ['dense_3', {}, "trainable is 'dense_3', wanted such as ['dense_1']"],
])('%o is refused by name', async (trainable, options, message) => {
  const refused = made(trainable as Trainable, options);
  await expect(refused).rejects.toThrow(message);
});
