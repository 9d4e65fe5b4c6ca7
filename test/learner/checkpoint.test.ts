// Checkpoints: what they restore bit for bit, what they refuse, and that nothing they hold can harm a learner.

import { describe, expect, test } from 'vitest';
import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import { defineRule } from '../../src/author.ts';
import {
  last,
  CheckpointError,
  ConfigurationError,
  createLearner,
  dense,
  dropout,
  drtp,
  inspectCheckpoint,
  type Metadata,
  sequential,
  sgd,
  tpsgd,
  type LocalLearner,
  classification,
  regression,
  squaredError,
} from '../../src/index.ts';
import { crc32 } from '../../src/data/crc32.ts';
import { FEATURES, names, rules, small, smallData, smallOptions } from './small.ts';

const { x, y } = smallData(40);
const EXACT_IN_FLOAT64_ONLY = 2 ** 30 + 1;

async function tenMore(learner: LocalLearner): Promise<void> {
  await learner.fit(x, y, { epochs: learner.compiled.stages.length, batchSize: 5, validationSplit: 0.1 });
  for (let row = 0; row < 10; row++) learner.learnOne(x.subarray(row * FEATURES, (row + 1) * FEATURES), y[row]);
}

describe.each(Object.keys(rules))('%s', (rule) => {
  test.each([
    ['the same learner', {}],
    ['without SIMD', { features: 'none' }],
    ['another batch size', { batchSize: 21 }],
    ['another capacity and seed', { seed: 5, classes: { names, capacity: 30 } }],
  ] as const)('ten more steps after load equal ten steps without it: %s', async (_, other) => {
    const learner = await small({ rule: rules[rule](), seed: EXACT_IN_FLOAT64_ONLY });
    await learner.fit(x, y, { epochs: 2 });
    learner.addClass('dog');
    learner.learnOne(x.subarray(0, FEATURES), 'dog');
    const bytes = learner.save();
    const loaded = await small({ rule: rules[rule](), ...other, restore: bytes });
    expect([loaded.seed, loaded.steps, loaded.epochs, loaded.classNames]).toEqual([
      EXACT_IN_FLOAT64_ONLY,
      learner.steps,
      2,
      [...names, 'dog'],
    ]);
    for (const each of [learner, loaded]) await tenMore(each);
    expect(loaded.predict(x)).toEqual(learner.predict(x));
    for (const each of [learner, loaded]) each.addClass('emu');
    expect(loaded.predict(x)).toEqual(learner.predict(x));
    if (!('classes' in other)) expect(loaded.save()).toEqual(learner.save());
  });
});

test('reset is the beginning, whatever was restored', async () => {
  const [learner, other] = [await small(), await small({ seed: 9 })];
  const before = learner.save();
  await other.fit(x, y);
  learner.restore(other.save());
  learner.reset();
  expect(learner.save()).toEqual(before);
});

/** The checkpoint has this value of an option, the learner another one. */
const changedOption = (option: string, from: unknown, to: unknown): string =>
  `the checkpoint is of rule option '${option}' ${JSON.stringify(from)}, this learner's is ${JSON.stringify(to)}`;

describe('a checkpoint of another learner is refused by naming the difference', () => {
  const other = (hidden: number, activation: 'tanh' | 'relu') =>
    sequential([FEATURES], [dense(hidden, { activation }), dropout(0.1), dense(3)]);
  test.each([
    [
      'layer size',
      { network: other(13, 'tanh') },
      `of layer 'dense_1' dense{"units":12,"activation":"tanh"}, this learner's is dense{"units":13`,
    ],
    ['activation', { network: other(12, 'relu') }, /"activation":"tanh"\}.*this learner's is .*"activation":"relu"/],
    ['rule', { rule: drtp({ optimizer: sgd(0.2) }) }, "of rule tpsgd version 1, this learner's is drtp version 1"],
    [
      'loss',
      { classes: undefined, task: classification({ names, capacity: 5, loss: squaredError }) },
      `of loss {"name":"crossEntropy","config":{}}, this learner's is {"name":"squaredError"`,
    ],
    [
      'class names',
      { classes: { names: ['bee', 'ant', 'cat'], capacity: 5 } },
      'of the classes ant, bee, cat, this learner was declared with bee, ant, cat',
    ],
    ['local loss', { rule: tpsgd({ optimizer: sgd(0.2), localLoss: 'l1' }) }, changedOption('localLoss', 'l2', 'l1')],
    ['order', { rule: tpsgd({ optimizer: sgd(0.2), order: 'greedy' }) }, changedOption('order', 'together', 'greedy')],
    [
      'projection',
      { rule: tpsgd({ optimizer: sgd(0.2), projection: { kind: 'signs' } }) },
      changedOption('projection', { kind: 'uniform' }, { kind: 'signs' }),
    ],
    [
      'version',
      { rule: defineRule({ ...tpsgd({ optimizer: sgd(0.2) }), version: 2 }) },
      "of rule tpsgd version 1, this learner's is tpsgd version 2",
    ],
    ['optimizer', { rule: rules['tpsgd, adam, linear']() }, "of optimizer 'optimizer' sgd, this learner's is adam"],
    ['number of classes', { classes: names }, 'the checkpoint has 4 classes, this learner takes 3'],
    [
      'what it keeps',
      { rule: tpsgd({ optimizer: sgd(0.2, { momentum: 0.5 }) }) },
      "of optimizer 'optimizer' sgd, this learner's is momentum",
    ],
  ])('%s', async (_, options, message) => {
    const learner = await small();
    learner.addClass('dog');
    const stranger = await small(options);
    const before = stranger.save();
    expect(() => stranger.restore(learner.save())).toThrow(CheckpointError);
    expect(() => stranger.restore(learner.save())).toThrow(message);
    expect(stranger.save()).toEqual(before);
  });

  test('task', async () => {
    const { classes: _, ...options } = smallOptions();
    const stranger = await createLearner({ ...options, task: regression(3) });
    const saved = (await small()).save();
    expect(() => stranger.restore(saved)).toThrow("of task classification, this learner's is regression");
  });

  test('but another learning rate is no difference', async () => {
    (await small({ rule: tpsgd({ optimizer: sgd(0.01) }) })).restore((await small()).save());
  });
});

describe('damage', () => {
  const resealed = (bytes: Uint8Array<ArrayBuffer>): Uint8Array => {
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
    return bytes;
  };
  /** The header's text replaced, everything else consistent. */
  const withHeader = (bytes: Uint8Array, change: (header: Record<string, unknown>) => unknown): Uint8Array => {
    const length = new DataView(bytes.buffer).getUint32(8, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length)));
    const text = new TextEncoder().encode(JSON.stringify(change(header)));
    const changed = new Uint8Array(bytes.length - length + text.length);
    changed.set(bytes.subarray(0, 12));
    changed.set(text, 12);
    changed.set(bytes.subarray(12 + length), 12 + text.length);
    new DataView(changed.buffer).setUint32(8, text.length, true);
    return resealed(changed);
  };

  /** Changes one byte at `from` or behind it. */
  const flip = (bytes: Uint8Array, from: number, next: () => number): void => {
    bytes[from + randomBelow(next, bytes.length - from)] ^= 1 + randomBelow(next, 255);
  };
  const weight = (element: string, shape: readonly number[]) => ({ name: 'dense_1/weight', element, shape });

  /** Only a CheckpointError may come out, without a change and without taking memory. */
  function expectRefusal(learner: LocalLearner, before: string, bytes: Uint8Array): void {
    const { arrayBuffers } = process.memoryUsage();
    expect(() => learner.restore(bytes)).toThrow(CheckpointError);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(2 ** 22);
    expect(learner.weightHash()).toBe(before);
  }

  test('truncations and flipped bytes, 600 of them', async () => {
    const learner = await small();
    await learner.fit(x, y);
    const [bytes, before] = [learner.save(), learner.weightHash()];
    const next = wordReader(1, streamKey('damage'), 0);
    for (let times = 0; times < 300; times++) {
      expectRefusal(learner, before, bytes.subarray(0, randomBelow(next, bytes.length)));
      const flipped = bytes.slice();
      for (let flips = randomBelow(next, 3); flips >= 0; flips--) flip(flipped, 0, next);
      if (crc32(flipped) !== crc32(bytes)) expectRefusal(learner, before, flipped);
    }
    learner.restore(bytes);
  });

  test('headers flipped under a right checksum: refused, or harmless', async () => {
    const learner = await small();
    const bytes = learner.save();
    const headerEnd = 12 + new DataView(bytes.buffer).getUint32(8, true);
    const next = wordReader(2, streamKey('damage'), 0);
    let refused = 0;
    for (let times = 0; times < 300; times++) {
      const flipped = bytes.slice();
      flip(flipped.subarray(0, headerEnd), 4, next);
      const before = learner.save();
      try {
        learner.restore(resealed(flipped));
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect(learner.save()).toEqual(before);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  test.each<[string, (header: Record<string, unknown>) => unknown]>([
    ['null', () => null],
    ['a list', () => []],
    ['no buffers', ({ buffers: _, ...rest }) => rest],
    ['huge shapes', (header) => ({ ...header, buffers: [weight('f32', [2 ** 30, 2 ** 30])] })],
    ['negative shapes', (header) => ({ ...header, buffers: [weight('f32', [-6, -12])] })],
    ['an empty buffer', (header) => ({ ...header, buffers: [null] })],
    ['unknown elements', (header) => ({ ...header, buffers: [weight('f64', [6, 12])] })],
    ['class names that are none', (header) => ({ ...header, names: [1, 2, 3] })],
    ['class names twice', (header) => ({ ...header, names: ['ant', 'ant', 'ant'] })],
    ['a thousand classes', (header) => ({ ...header, names: Array.from({ length: 1000 }, (_, i) => `${i}`) })],
    ['an identity that is none', (header) => ({ ...header, identity: { rule: { toString: 1 } } })],
    ['metadata that is none', (header) => ({ ...header, metadata: 'mine' })],
    ['a seed that is none', (header) => ({ ...header, seed: 'one' })],
    ['epochs before the first', (header) => ({ ...header, epochs: -1 })],
    ['a buffer less', (header) => ({ ...header, buffers: (header.buffers as unknown[]).slice(1) })],
    ['a buffer twice', (header) => ({ ...header, buffers: [weight('f32', [6, 12]), weight('f32', [6, 12])] })],
  ])('a header with %s', async (_, change) => {
    const learner = await small();
    expectRefusal(learner, learner.weightHash(), withHeader(learner.save(), change));
  });

  test.each([
    ['too few bytes', Uint8Array.of(79, 78, 87, 68), 'has 4 bytes, too few for any'],
    ['another file', new TextEncoder().encode('PK and some more bytes'), "begins with 'PK a', wanted 'ONWD'"],
    ['no bytes', undefined as unknown as Uint8Array, 'is of type undefined, wanted Uint8Array'],
  ])('%s', async (_, bytes, message) => {
    const learner = await small();
    expect(() => learner.restore(bytes)).toThrow(message);
  });

  test.each([1, 3])('version %s', async (version) => {
    const learner = await small();
    const bytes = learner.save();
    bytes[4] = version;
    const message = `format version ${version}, this program reads version 2`;
    expect(() => learner.restore(resealed(bytes))).toThrow(message);
  });
});

describe('what a checkpoint says of itself', () => {
  test('identity, names, counters, and the metadata that save was given', async () => {
    const metadata = { network: '6-12-3', when: null, scale: [0.5, -2], of: { user: 'Ünal', kept: true } };
    const learner = await small({ seed: 7 });
    await learner.fit(x, y, { epochs: 2 });
    learner.addClass('dog');
    const bytes = learner.save({ metadata });
    const { identity } = learner.compiled;
    const said = { identity, declared: names, names: [...names, 'dog'], epochs: 2, seed: 7, metadata };
    expect(inspectCheckpoint(bytes)).toEqual(said);
    expect(inspectCheckpoint(learner.save()).metadata).toEqual({});
    const other = await small({ restore: bytes });
    expect(other.save()).toEqual(learner.save());
  });

  const circle: Record<string, unknown> = {};
  circle.of = { circle };
  test.each<[string, unknown]>([
    ['metadata is a list of 1, wanted an object', [1]],
    ["metadata is 'mnist', wanted an object", 'mnist'],
    ['metadata.at is {  }, wanted JSON', { at: new Date(0) }],
    ['metadata.at.0 is {  }, wanted JSON', { at: [new Map()] }],
    ['metadata.of.1 is NaN, wanted JSON', { of: [1, Number.NaN] }],
    ['metadata.of.run is the function run, not called, wanted JSON', { of: { run() {} } }],
    ['metadata.of is undefined, wanted JSON', { of: undefined }],
    ['metadata.of.circle is { of }, wanted JSON', circle],
    ['metadata.big is 1n, wanted JSON', { big: 1n }],
  ])('%s', async (message, metadata) => {
    const learner = await small();
    const save = () => learner.save({ metadata: metadata as Metadata });
    expect(save).toThrow(ConfigurationError);
    expect(save).toThrow(message);
  });

  test('a damaged one is refused by name', async () => {
    const bytes = (await small()).save();
    bytes[20] ^= 1;
    expect(() => inspectCheckpoint(bytes)).toThrow(CheckpointError);
  });
});

describe('bytes as they come', () => {
  test('a Node Buffer in a pool, an ArrayBuffer, a view of a larger one', async () => {
    const learner = await small();
    await learner.fit(x, y, { epochs: 2 });
    const saved = learner.save();
    const larger = new Uint8Array(saved.length + 16);
    larger.set(saved, 7);
    for (const bytes of [Buffer.from(saved), saved.buffer, larger.subarray(7, 7 + saved.length)]) {
      const other = await small();
      other.restore(bytes);
      expect(other.weightHash()).toBe(learner.weightHash());
      expect(other.save()).toEqual(saved);
    }
  });

  test('a rate that was set goes on with what was learned', async () => {
    const [learner, other] = [await small(), await small()];
    learner.setLearningRate(0.5);
    learner.learnOne(x.subarray(0, FEATURES), 0);
    other.restore(learner.save());
    for (const each of [learner, other]) each.learnOne(x.subarray(FEATURES, 2 * FEATURES), 1);
    expect(other.weightHash()).toBe(learner.weightHash());
    expect(other.learningRate).toBe(0.5);
  });
});

test('another time is another learner', async () => {
  const of = (options: { steps: number; varying?: boolean }) =>
    createLearner({
      network: sequential([3], [dense(4), last(), dense(2)], options),
      rule: tpsgd({ optimizer: sgd(0.1) }),
    });
  const saved = (await of({ steps: 4 })).save();
  const varying = await of({ steps: 4, varying: true });
  expect(() => varying.restore(saved)).toThrow(
    "of time 4 steps of a sequence input, this learner's is up to 4 steps of a sequence input",
  );
});
