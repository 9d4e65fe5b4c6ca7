// Classes that come later, other sizes, and the budget over all of it.

import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  BudgetError,
  CapacityError,
  classification,
  ConfigurationError,
  compileLearner,
  conv2d,
  createLearner,
  dense,
  drtp,
  flatten,
  formatBytes,
  sequential,
  sgd,
  tpsgd,
  zerothOrder,
  type Rule,
} from '../../src/index.ts';
import { FEATURES, names, network, rules, small, smallData } from './small.ts';

const { x, y } = smallData(40);
const one = x.subarray(0, FEATURES);

describe('addClass', () => {
  test('within the capacity changes no output of the others, and no plan', async () => {
    const task = classification({ names, capacity: 5, loss: binaryCrossEntropy });
    const learner = await small({ rule: drtp({ optimizer: sgd(0.1) }), classes: undefined, task });
    await learner.fit(x, y, { epochs: 2 });
    const [before, planned] = [learner.predict(x), learner.memory().plannedBytes];
    expect(learner.addClass('dog')).toBe(3);
    const after = learner.predict(x);
    for (let row = 0; row < 40; row++) {
      expect(after.subarray(row * 4, row * 4 + 3)).toEqual(before.subarray(row * 3, row * 3 + 3));
    }
    expect(learner.memory().plannedBytes).toBe(planned);
    expect(learner.classNames).toEqual([...names, 'dog']);
  });

  test('makes a class that can be learned', async () => {
    const learner = await small();
    await learner.fit(x, y, { epochs: 5 });
    learner.addClass('dog');
    const dog = Array.from({ length: FEATURES }, (_, i) => (i % 2 === 0 ? 3 : -3));
    for (let times = 0; times < 20; times++) learner.learnOne(dog, 'dog');
    expect(learner.classify(dog)).toMatchObject({ label: 'dog', index: 3 });
    expect(Object.keys(learner.classify(dog).scores)).toEqual([...names, 'dog']);
    expect(learner.evaluate(x, y).confusion).toHaveLength(4);
  });

  test('beyond the capacity, or twice, is refused', async () => {
    const learner = await small();
    learner.addClass('dog');
    expect(() => learner.addClass('dog')).toThrow(ConfigurationError);
    learner.addClass('emu');
    expect(() => learner.addClass('fox')).toThrow(CapacityError);
    expect(() => learner.addClass('fox')).toThrow(/room for 5 classes.*resize\(\{ classes: 10 \}\)/);
  });
});

describe('resize', () => {
  test.each(Object.keys(rules))('%s: goes on as a learner planned like this from the start', async (rule) => {
    const [learner, twin] = [
      await small({ rule: rules[rule]() }),
      await small({
        rule: rules[rule](),
        batchSize: 3,
        classes: { names, capacity: 20 },
      }),
    ];
    const epochs = 2;
    for (const each of [learner, twin]) await each.fit(x, y, { epochs, batchSize: 3 });
    const outputs = learner.predict(x);
    await learner.resize({ classes: 20, batchSize: 3 });
    expect(learner.compiled.task.capacity).toBe(20);
    expect(learner.predict(x)).toEqual(outputs);
    for (const each of [learner, twin]) {
      for (let count = 3; count < 20; count++) each.addClass(`class ${count}`);
      each.learnOne(one, 'class 19');
      await each.fit(x, y, { epochs, shuffle: true });
    }
    expect(learner.predict(x)).toEqual(twin.predict(x));
    expect(learner.weightHash()).toBe(twin.weightHash());
    expect(learner.steps).toBe(twin.steps);
  });

  test('never below the classes there are', async () => {
    const learner = await small();
    learner.addClass('dog');
    await learner.resize({ classes: 1 });
    expect(learner.compiled.task.capacity).toBe(4);
  });

  test('is refused when both memories exceed the budget, and nothing changes', async () => {
    const { plannedBytes } = (await small()).memory();
    const learner = await small({ budget: plannedBytes * 2 });
    const before = learner.weightHash();
    await expect(learner.resize({ classes: 12 })).rejects.toThrow(/old and new memory exist together/);
    await expect(learner.resize({ classes: 12 })).rejects.toThrow(BudgetError);
    expect(learner.compiled.task.capacity).toBe(5);
    expect(learner.weightHash()).toBe(before);
    await learner.resize({ batchSize: 2 });
    expect(learner.compiled.batchSize).toBe(2);
  });
});

describe('budget', () => {
  const compile = (batchSize: number, budget: number | string) =>
    compileLearner({ network: network(), rule: tpsgd(), batchSize, budget });

  test('refuses a plan beyond it, and names the largest batch that fits', () => {
    const budget = compile(13, 2 ** 30).memory.plannedBytes;
    expect(() => compile(100, budget)).toThrow(BudgetError);
    const advice = `the budget is ${budget} bytes; a batch size of 13 would fit (${budget} bytes)`;
    expect(() => compile(100, budget)).toThrow(advice);
    expect(compile(13, budget).memory.plannedBytes).toBe(budget);
  });

  test('names the largest micro-batch that fits, where the rule learns in parts', () => {
    const images = sequential([16, 16, 1], [conv2d(4, 3, { activation: 'relu' }), flatten(), dense(3)]);
    const plan = (rule: Rule, budget: number | undefined, microBatch?: number) =>
      compileLearner({ network: images, rule, batchSize: 64, microBatch, budget }).memory.plannedBytes;
    const budget = plan(tpsgd(), undefined, 5);
    expect(() => plan(tpsgd(), budget)).toThrow(`, or all 64 with microBatch: 5 (${budget} bytes)`);
    expect(() => plan(zerothOrder(), budget)).toThrow(/a batch size of \d+ would fit \(\d+ bytes\)$/);
  });

  test('says when no batch fits', () => {
    expect(() => compile(8, '200 B')).toThrow(/even a batch size of 1 needs \d+ bytes/);
  });

  test.each(['512 KiB', '0.5MiB', '1 mb', 65536, '65536'])('%s is understood', (budget) => {
    expect(compile(8, budget).budget).toBeGreaterThan(65535);
  });

  test.each(['many', '-1', 0, '12 parsecs', Number.NaN])('%s is refused', (budget) => {
    expect(() => compile(8, budget)).toThrow(ConfigurationError);
  });

  test('reads as people write it', () => {
    expect([512, 2048, 3 * 2 ** 20].map(formatBytes)).toEqual(['512 B', '2.0 KiB', '3.00 MiB']);
  });
});

describe('removeClass', () => {
  test.each(Object.keys(rules))(
    '%s: the logits of the others stay, and what is learned later goes on',
    async (rule) => {
      const options = { names: [...names, 'dog'], capacity: 5 };
      const learner = await small({ rule: rules[rule](), network: network(4), classes: options });
      await learner.fit(x, y, { epochs: 2 });
      const ratio = ([a, , c]: Float32Array): number => Math.log(a / c);
      const before = learner.predict(one);
      learner.removeClass('bee');
      expect(learner.classNames).toEqual(['ant', 'cat', 'dog']);
      const after = learner.predict(one);
      expect(Math.log(after[0] / after[1])).toBeCloseTo(ratio(before), 4);
      learner.addClass('emu');
      learner.learnOne(one, 'emu');
      await learner.fit(
        x,
        y.map((label) => (label + 1) % 4),
        { epochs: 2 },
      );
      expect(learner.predict(one).every(Number.isFinite)).toBe(true);
    },
  );

  test('the place that falls free is as new', async () => {
    const [learner, fresh] = [await small(), await small()];
    learner.addClass('dog');
    await learner.fit(
      x,
      y.map((label) => label + (label % 2)),
      { epochs: 2 },
    );
    learner.removeClass('dog');
    const column = (of: typeof learner): number[] =>
      Array.from({ length: 12 }, (_, row) => of.weights()['dense_2/weight'].values[row * 5 + 3]);
    expect(column(learner)).toEqual(column(fresh));
  });

  test('one there is not is refused; of the last none is left, and one may begin again', async () => {
    const learner = await small();
    expect(() => learner.removeClass('dog')).toThrow("there is no class 'dog'; there are ant, bee, cat");
    for (const name of names) learner.removeClass(name);
    expect(learner.predict(one)).toHaveLength(0);
    expect(() => learner.classify(one)).toThrow('there is no class yet, addClass makes one');
    expect(() => learner.learnOne(one, 'ant')).toThrow('there are none');
    learner.addClass('ant');
    learner.learnOne(one, 'ant');
    expect(learner.classify(one).label).toBe('ant');
  });
});

test('a learner may begin with no class', async () => {
  const learner = await small({ network: network(0), classes: { names: [], capacity: 3 } });
  for (const name of names) learner.addClass(name);
  await learner.fit(x, y, { epochs: 30 });
  expect(learner.evaluate(x, y).accuracy).toBeGreaterThan(0.9);
});

test('100,000 classes take less than two seconds of the processor', async () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `class ${index}`);
  const before = process.cpuUsage();
  const network = sequential([2], [dense(names.length)]);
  const learner = await createLearner({ network, rule: tpsgd({ optimizer: sgd(0.1) }), classes: names, batchSize: 1 });
  learner.learnOne([0, 1], 'class 99999');
  learner.restore(learner.save());
  await learner.fit(
    [
      [0, 1],
      [1, 0],
    ],
    ['class 99999', 'class 7'],
    { classWeight: { 'class 7': 2 } },
  );
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(2);
  const many = sequential([2], [dense(99_999_999)]);
  await expect(createLearner({ network: many, rule: tpsgd() })).rejects.toThrow('the number of classes');
});
