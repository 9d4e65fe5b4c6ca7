// Remembered samples: what every rule owes with them, which ones are kept and how, and that they help.

import { describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import {
  backprop,
  CheckpointError,
  ConfigurationError,
  type CreateOptions,
  createLearner,
  dense,
  last,
  type LocalLearner,
  reconstruction,
  recurrent,
  regression,
  type Replay,
  replay,
  type ReplayOptions,
  type Rule,
  sequential,
  sgd,
  tpsgd,
} from '../../src/index.ts';
import { referenceExecution } from '../../src/reference.ts';
import { opened } from './opened.ts';
import { FEATURES, names, small, smallData, smallOptions } from './small.ts';

const { x, y } = smallData(40);
const one = (row: number): Float32Array => x.subarray(row * FEATURES, (row + 1) * FEATURES);

/** Two hidden layers, so that rules which teach hidden layers find one behind the features. */
const deep = sequential([FEATURES], [dense(8, { activation: 'tanh' }), dense(10, { activation: 'tanh' }), dense(3)]);
const made = (rule: Rule, memory: Replay, options: Partial<CreateOptions> = {}): Promise<LocalLearner> =>
  small({ network: deep, rule, replay: memory, batchSize: 4, classes: { names, capacity: 4 }, ...options });

async function learn(learner: LocalLearner): Promise<void> {
  await learner.fit(x.subarray(0, 20 * FEATURES), y.subarray(0, 20), { epochs: 2 });
  for (let row = 20; row < 26; row++) learner.learnOne(one(row), y[row]);
  learner.addClass('dog');
  learner.trainOnBatch(x.subarray(0, 4 * FEATURES), ['dog', 'dog', 'cat', 'bee']);
}

/** Features for every rule, samples as they are for two: to a rule it is all the same. */
const subjects = Object.entries(rules).flatMap(([name, rule]): [string, () => Rule, string | undefined][] => [
  [name, rule, 'dense_1'],
  ...(name === 'backprop' || name === 'tpsgd' ? [[name, rule, undefined] as [string, () => Rule, undefined]] : []),
]);

test.each(subjects)('%s: planned is touched, forms agree, a checkpoint goes on', async (name, rule, of) => {
  const memory = replay({ capacity: 7, element: 'int8', of });
  const forms: Partial<CreateOptions>[] = [{ features: 'simd128' }, { features: 'none' }];
  if (name === 'tpsgd') forms.push({ execution: referenceExecution() });
  const learners = await Promise.all(forms.map((form) => made(rule(), memory, form)));
  for (const learner of learners) await learn(learner);
  const [learner, ...others] = learners;
  learner.predict(x);
  learner.evaluate(x, y);
  const { plannedBytes, usedBytes, strayBytes, byRole } = learner.memory();
  expect([usedBytes, strayBytes]).toEqual([plannedBytes, 0]);
  expect(byRole.data).toBeGreaterThan(7 * (of === undefined ? FEATURES : 8));
  expect(learner.remembered).toBe(7);
  const saved = learner.save();
  for (const other of others) expect(other.save()).toEqual(saved);
  const restored = await made(rule(), memory, { restore: saved });
  for (const each of [learner, restored]) {
    for (let row = 26; row < 36; row++) each.learnOne(one(row), y[row]);
  }
  expect(restored.save()).toEqual(learner.save());
});

test('each element keeps what it says, and comes back as it does', async () => {
  const { learner, trainer } = await opened(smallOptions({ replay: replay({ capacity: 2 }) }));
  learner.remember(one(0), names[0]);
  expect([...trainer.engine.data['replay/samples']].slice(0, FEATURES)).toEqual([...one(0)]);

  const int8 = await opened(smallOptions({ replay: replay({ capacity: 2, element: 'int8' }) }));
  int8.learner.remember([1, -0.5, 0.25, 0, 0.1, -1], names[1]);
  const { 'replay/samples': q, 'replay/scales': scales, 'replay/targets': targets } = int8.trainer.engine.data;
  expect([...q].slice(0, FEATURES)).toEqual([127, -64, 32, 0, 13, -127]);
  expect([scales[0], targets[0]]).toEqual([Math.fround(1 / 127), 1]);

  const bytes = Uint8Array.of(0, 1, 128, 254, 255, 7);
  const u8 = await opened(smallOptions({ replay: replay({ capacity: 2, element: 'u8' }) }));
  u8.learner.remember(bytes, names[2]);
  expect([...u8.trainer.engine.data['replay/samples']].slice(0, FEATURES)).toEqual([...bytes]);
});

test('a step on new samples is led by `ratio` steps on remembered ones, which come back bit for bit', async () => {
  const remembering = await small({ replay: replay({ capacity: 4, ratio: 2 }) });
  const plain = await small();
  remembering.learnOne(one(0), y[0]);
  expect(remembering.steps, 'nothing was remembered yet').toBe(1);
  remembering.learnOne(one(1), y[1]);
  expect(remembering.steps).toBe(4);
  for (const row of [0, 0, 0, 1]) plain.learnOne(one(row), y[row]);
  expect(remembering.weightHash()).toBe(plain.weightHash());
});

describe('which are kept', () => {
  const counts = async (labels: readonly number[], capacity: number): Promise<number[]> => {
    const { learner, trainer } = await opened(smallOptions({ replay: replay({ capacity }) }));
    for (const [at, label] of labels.entries()) learner.remember(one(at % 40), label);
    const kept = [...trainer.engine.data['replay/targets']].slice(0, learner.remembered);
    return [0, 1, 2].map((label) => kept.filter((each) => each === label).length);
  };

  test('all while there is room, then classes share it, however rare they are', async () => {
    expect(await counts([0, 0, 1], 6)).toEqual([2, 1, 0]);
    const rare = Array.from({ length: 60 }, (_, at) => (at % 20 === 19 ? 2 : at % 10 === 9 ? 1 : 0));
    expect(await counts(rare, 9)).toEqual([3, 3, 3]);
  });

  test('of a class each sample is as likely to be kept as another', async () => {
    const kept = new Array<number>(20).fill(0);
    for (let seed = 1; seed <= 200; seed++) {
      const { learner, trainer } = await opened(smallOptions({ seed, replay: replay({ capacity: 5 }) }));
      const numbered = Float32Array.from({ length: 20 * FEATURES }, (_, at) => Math.floor(at / FEATURES));
      learner.remember(numbered, new Int32Array(20));
      const values = trainer.engine.data['replay/samples'];
      for (let slot = 0; slot < 5; slot++) kept[values[slot * FEATURES]]++;
    }
    // each 50 times in the mean, with a deviation of 6.1
    for (const times of kept) expect(Math.abs(times - 50)).toBeLessThan(25);
  });

  test('by the same draws as ever: ten classes, some of them rare, in 7 slots', async () => {
    const capacity = 7;
    const { learner, trainer } = await opened({
      network: sequential([1], [dense(10)]),
      rule: tpsgd(),
      seed: 3,
      replay: replay({ capacity }),
    });
    for (const rows of [5, 295, 1, 99]) {
      const labels = Int32Array.from({ length: rows }, (_, at) => Math.min((at * 7) % 10, (at * 3) % 11) % 10);
      learner.remember(
        Float32Array.from({ length: rows }, (_, at) => at),
        labels,
      );
    }
    const { data } = trainer.engine;
    const kept = [...data['replay/targets'], ...data['replay/samples'].slice(0, capacity)];
    expect(kept.slice(0, 2 * capacity).join(' ')).toBe('4 3 9 7 6 5 2 214 159 7 204 58 135 195');
  });

  test('6,000 into 2,000 slots in less than a second and a half', async () => {
    const learner = await small({ replay: replay({ capacity: 2000 }) });
    const from = performance.now();
    learner.remember(
      new Float32Array(6000 * FEATURES),
      Int32Array.from({ length: 6000 }, (_, at) => at % 3),
    );
    expect(performance.now() - from).toBeLessThan(1500);
  });

  test('a class that is removed is forgotten, those behind it move up', async () => {
    const { learner, trainer } = await opened(smallOptions({ replay: replay({ capacity: 6, element: 'int8' }) }));
    learner.remember(x.subarray(0, 6 * FEATURES), [0, 1, 2, 1, 2, 1]);
    const [, , third] = trainer.engine.data['replay/scales'];
    learner.removeClass(names[1]);
    expect(learner.remembered).toBe(3);
    const { data } = trainer.engine;
    const kept = [...data['replay/targets']].slice(0, 3);
    expect(kept.slice().sort()).toEqual([0, 1, 1]);
    expect(data['replay/scales'][kept.indexOf(1)] === third || data['replay/scales'][2] === third).toBe(true);
    expect([...data['replay/seen']].slice(0, 3)).toEqual([1, 2, 0]);
    learner.learnOne(one(0), names[2]);
  });

  test('reset forgets all, resize moves them', async () => {
    const learner = await small({ replay: replay({ capacity: 6 }) });
    await learner.fit(x, y);
    expect(learner.remembered).toBe(6);
    await learner.resize({ classes: 8, batchSize: 2 });
    expect(learner.remembered).toBe(6);
    learner.learnOne(one(0), y[0]);
    learner.reset();
    expect(learner.remembered).toBe(0);
  });
});

test('values are remembered with values to be learned, standardised as they were learned', async () => {
  const learner = await createLearner({
    network: sequential([FEATURES], [dense(2)]),
    rule: backprop({ optimizer: sgd(0.05) }),
    task: regression(2),
    replay: replay({ capacity: 5, element: 'int8' }),
  });
  const wide = x.map((value) => 100 + 10 * value);
  const targets = Float32Array.from({ length: 80 }, (_, at) => 50 * wide[(at >> 1) * FEATURES + (at & 1)]);
  await learner.fit(wide, targets, { epochs: 3 });
  const before = learner.evaluate(wide, targets).loss;
  for (let row = 0; row < 20; row++) {
    learner.learnOne(wide.subarray(row * FEATURES, (row + 1) * FEATURES), targets.subarray(2 * row, 2 * row + 2));
  }
  expect(learner.remembered).toBe(5);
  expect(learner.evaluate(wide, targets).loss).toBeLessThan(before);
});

test('fit keeps no copy of what is remembered, nor of a trunk', async () => {
  const bytes = async (options?: ReplayOptions): Promise<number> => {
    const learner = await small({ network: deep, replay: options && replay(options) });
    return learner.memory().snapshotBytes;
  };
  expect(await bytes({ capacity: 1000 })).toBe(await bytes());
  const trunk = 4 * (FEATURES * 8 + 8);
  expect(await bytes({ capacity: 1000, of: 'dense_1' })).toBe((await bytes()) - trunk);
});

test('the layers in front of the features stay as they were set, through learning and a checkpoint', async () => {
  const features = replay({ capacity: 4, of: 'dense_1' });
  const base = await small({ network: deep });
  await base.fit(x, y);
  const { 'dense_1/weight': trained, 'dense_2/weight': above } = base.weights();
  const learner = await small({ network: deep, replay: features, weights: base.weights() });
  expect(learner.predict(x)).toEqual(base.predict(x));
  learner.remember(x, y);
  await learner.fit(x, y);
  const restored = await small({ network: deep, replay: features, restore: learner.save() });
  for (const each of [learner, restored]) {
    expect(each.weights()['dense_1/weight']).toEqual(trained);
    expect(each.weights()['dense_2/weight']).not.toEqual(above);
    expect(each.predict(x)).toEqual(learner.predict(x));
  }
});

test('what was learned before is forgotten less', async () => {
  const of = (labels: readonly number[]): { x: Float32Array; y: number[] } => {
    const rows = [...y.keys()].filter((row) => labels.includes(y[row]));
    return { x: Float32Array.from(rows.flatMap((row) => [...one(row)])), y: rows.map((row) => y[row]) };
  };
  const [old, added] = [of([0, 1]), of([2])];
  const loss = async (options?: ReplayOptions): Promise<number> => {
    const learner = await small({ rule: tpsgd({ optimizer: sgd(0.2) }), replay: options && replay(options) });
    await learner.fit(old.x, old.y, { epochs: 20 });
    await learner.fit(added.x, added.y, { epochs: 100 });
    return learner.evaluate(old.x, old.y).loss;
  };
  expect(await loss({ capacity: 6, element: 'int8' })).toBeLessThan(0.25 * (await loss()));
});

test.each<[ReplayOptions, Partial<CreateOptions>, string]>([
  [{ capacity: 0 }, {}, 'replay: capacity is 0, wanted a whole number of at least 1'],
  [{ capacity: 1, element: 'i4' as 'int8' }, {}, "replay: element is 'i4', wanted f32, u8, int8"],
  [{ capacity: 1, element: 'u8', of: 'dense_1' }, {}, "replay: element is 'u8', wanted f32, int8 for features"],
  [
    { capacity: 1, element: 'f32' },
    { network: sequential([FEATURES], [dense(3)], { element: 'u8' }) },
    "replay: element is 'f32', wanted u8 for samples that are bytes",
  ],
  [
    { capacity: 1, of: 'dense_3' },
    {},
    "the features are those of 'dense_3', wanted a layer before the last: dense_1, dense_2",
  ],
  [
    { capacity: 1 },
    { network: sequential([2], [recurrent(dense(4)), last(), dense(3)], { steps: 3, varying: true }) },
    'replay keeps samples of one size, and here their lengths differ',
  ],
  [
    { capacity: 1, of: 'recurrent_1' },
    { network: sequential([2], [recurrent(dense(4)), last(), dense(3)], { steps: 3 }) },
    "'recurrent_1' has features at every time step, wanted a layer at or behind the end of time",
  ],
])('%o is refused by name', async (asked, options, message) => {
  await expect(small({ network: deep, replay: replay(asked), ...options })).rejects.toThrow(message);
});

test('the sample itself is learned: its features are not enough', async () => {
  const network = sequential([FEATURES], [dense(4), dense(FEATURES)]);
  const options = { network, rule: backprop(), task: reconstruction() };
  await expect(createLearner({ ...options, replay: replay({ capacity: 2, of: 'dense_1' }) })).rejects.toThrow(
    'no `of`',
  );
  const learner = await createLearner({ ...options, replay: replay({ capacity: 2 }) });
  await learner.fit(x, null);
  expect(learner.learnOne(one(0), null).loss).toBeGreaterThan(0);
  expect(learner.memory()).toMatchObject({ usedBytes: learner.memory().plannedBytes, strayBytes: 0 });
});

test('without room nothing is remembered, and a checkpoint says what it remembers', async () => {
  const plain = await small();
  expect(() => plain.remember(one(0), 0)).toThrow(ConfigurationError);
  await plain.fit(x, y);
  expect(plain.remembered).toBe(0);
  const learner = await small({ replay: replay({ capacity: 3, element: 'int8' }) });
  expect(() => learner.restore(plain.save())).toThrow(CheckpointError);
  expect(() => learner.restore(plain.save())).toThrow(
    `is of replay none, this learner's is {"capacity":3,"element":"int8","of":null}`,
  );
});
