// The loop over epochs: what it reports, when it stops, and what it leaves behind.

import { describe, expect, test } from 'vitest';
import { heldByClass, shuffled } from '../../src/data/order.ts';
import {
  BusyError,
  ConfigurationError,
  DivergenceError,
  InputError,
  backprop,
  cosineDecay,
  sgd,
  tpsgd,
  zerothOrder,
  type BatchLogs,
  type Logs,
  classification,
  squaredError,
} from '../../src/index.ts';
import { factorAt } from '../../src/optimizers/schedule.ts';
import { FEATURES, names, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(60);
const held = smallData(30, 2);
const plain = () => small({ network: plainNetwork() });
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('history', () => {
  test('has loss and accuracy of every epoch, and falls and rises', async () => {
    const learner = await small();
    const { epoch, history } = await learner.fit(x, y, { epochs: 8, validationData: [held.x, held.y] });
    expect(epoch).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(Object.keys(history)).toEqual(['loss', 'acc', 'val_loss', 'val_acc']);
    for (const values of Object.values(history)) expect(values).toHaveLength(8);
    expect(history.loss[7]).toBeLessThan(history.loss[0] / 2);
    expect(history.val_acc![7]).toBeGreaterThan(0.9);
    expect(learner.steps).toBe(8 * Math.ceil(60 / 8));
    expect(learner.epochs).toBe(8);
  });

  test('has no validation without validation data', async () => {
    expect(Object.keys((await (await small()).fit(x, y)).history)).toEqual(['loss', 'acc']);
  });

  test('of validation agrees with evaluate', async () => {
    const learner = await small();
    const { history } = await learner.fit(x, y, { epochs: 2, validationData: [held.x, held.y] });
    const { loss, accuracy } = learner.evaluate(held.x, held.y);
    expect([history.val_loss![1], history.val_acc![1]]).toEqual([loss, accuracy]);
  });
});

test('callbacks are called in order, awaited, and count what is done', async () => {
  const learner = await small();
  const seen: unknown[] = [];
  const batches: BatchLogs[] = [];
  await learner.fit(x, y, {
    epochs: 2,
    callbacks: {
      async onEpochBegin(epoch) {
        await wait(2);
        seen.push(['begin', epoch, learner.steps]);
      },
      async onBatchEnd(logs) {
        await wait(0);
        batches.push(logs);
      },
      async onEpochEnd(epoch, logs: Logs) {
        await wait(2);
        seen.push(['end', epoch, learner.steps, Number.isFinite(logs.loss)]);
      },
    },
  });
  expect(seen).toEqual([
    ['begin', 0, 0],
    ['end', 0, 8, true],
    ['begin', 1, 8],
    ['end', 1, 16, true],
  ]);
  expect(batches.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  expect(batches[15]).toMatchObject({ epoch: 1, stepsTotal: 16 });
});

describe('validationSplit', () => {
  test('keeps its share of every class away from learning: what is kept may hold anything finite', async () => {
    const isHeld = heldByClass(y, names.length, 15) ?? (() => false);
    const aside = shuffled(60, (await small()).seed, 0x7fffffff).filter(isHeld);
    const sizes = (rows: ArrayLike<number>): number[] =>
      names.map((_, label) => Array.from(rows).filter((row) => y[row] === label).length);
    const whole = sizes([...y.keys()]);
    sizes(aside).forEach((size, label) => expect(Math.abs(size - whole[label] / 4)).toBeLessThan(1));
    const hashes = await Promise.all(
      [0, 1].map(async (other) => {
        const learner = await small();
        const changed = x.slice();
        for (const row of aside) changed.fill(other, row * FEATURES, (row + 1) * FEATURES);
        await learner.fit(changed, y, { epochs: 2, validationSplit: 0.25 });
        return learner.weightHash();
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  test.each([-0.1, 1, Number.NaN, 0.999])('%s is refused', async (validationSplit) => {
    await expect((await small()).fit(x, y, { validationSplit })).rejects.toThrow(ConfigurationError);
  });
});

describe('earlyStopping', () => {
  /** A third of the labels are wrong, so that being sure of the others does not pay for ever. */
  const wrong = held.y.map((label, row) => (row % 3 === 0 ? (label + 1) % 3 : label));
  const validationData = [held.x, wrong] as const;

  test('stops after `patience` epochs without improvement and restores the best', async () => {
    const learner = await small({ rule: tpsgd({ optimizer: sgd(0.5) }) });
    const hashes: string[] = [];
    const { history } = await learner.fit(x, y, {
      epochs: 60,
      validationData,
      earlyStopping: { monitor: 'val_loss', patience: 4 },
      callbacks: { onEpochEnd: () => hashes.push(learner.weightHash()) },
    });
    const losses = history.val_loss!;
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 5);
    expect(losses.length).toBeLessThan(60);
    expect(learner.weightHash()).toBe(hashes[best]);
  });

  test('restores the best epoch also when the epochs run out', async () => {
    const learner = await small({ rule: tpsgd({ optimizer: sgd(0.5) }) });
    const { history } = await learner.fit(x, y, {
      epochs: 25,
      validationData,
      earlyStopping: { monitor: 'val_loss', patience: 50 },
    });
    expect(history.val_loss).toHaveLength(25);
    expect(learner.evaluate(held.x, wrong).loss).toBe(Math.min(...history.val_loss!));
  });

  test('refuses to watch what is not measured', async () => {
    const failing = (await small()).fit(x, y, { earlyStopping: { monitor: 'val_acc' } });
    await expect(failing).rejects.toThrow(/'val_acc', wanted loss, acc/);
  });
});

describe('a signal', () => {
  test('that fired before begins nothing', async () => {
    const learner = await small();
    const before = learner.weightHash();
    const signal = AbortSignal.abort();
    await expect(learner.fit(x, y, { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(learner.weightHash()).toBe(before);
  });

  test('stops in the middle, with its reason, and what was learned is kept', async () => {
    const [learner, twin] = [await plain(), await plain()];
    const controller = new AbortController();
    const reason = new Error('battery low');
    const stopping = learner.fit(x, y, {
      epochs: 5,
      shuffle: false,
      callbacks: { onBatchEnd: ({ step }) => (step === 3 ? controller.abort(reason) : undefined) },
      signal: controller.signal,
    });
    await expect(stopping).rejects.toBe(reason);
    expect(learner.steps).toBe(3);
    for (let batch = 0; batch < 3; batch++) {
      const rows = [batch * 8, (batch + 1) * 8];
      twin.trainOnBatch(x.subarray(rows[0] * FEATURES, rows[1] * FEATURES), y.subarray(...rows));
    }
    expect(learner.weightHash()).toBe(twin.weightHash());
    await learner.fit(x, y);
  });

  test('with a timeout arrives though nothing else gives way', async () => {
    const learner = await small();
    const stopping = learner.fit(x, y, { epochs: 1e9, signal: AbortSignal.timeout(60) });
    await expect(stopping).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(learner.steps).toBeGreaterThan(0);
  });
});

test('shuffle: false takes samples in their order, in batches smaller than planned', async () => {
  const [learner, twin] = [await plain(), await plain()];
  await learner.fit(x, y, { shuffle: false, batchSize: 5 });
  for (let first = 0; first < 60; first += 5) {
    twin.trainOnBatch(x.subarray(first * FEATURES, (first + 5) * FEATURES), y.subarray(first, first + 5));
  }
  expect(learner.weightHash()).toBe(twin.weightHash());
});

test.each([0, 9, 2.5, Number.NaN])('batchSize %s is refused', async (batchSize) => {
  await expect((await small()).fit(x, y, { batchSize })).rejects.toThrow(/wanted a whole number from 1 to 8/);
});

test.each([0, 1.5, Number.NaN])('epochs %s is refused', async (epochs) => {
  await expect((await small()).fit(x, y, { epochs })).rejects.toThrow(ConfigurationError);
});

test('one seed gives one result, another seed another', async () => {
  const hashOf = async (seed: number): Promise<string> => {
    const learner = await small({ seed });
    await learner.fit(x, y, { epochs: 2 });
    return learner.weightHash();
  };
  expect(await hashOf(7)).toBe(await hashOf(7));
  expect(await hashOf(7)).not.toBe(await hashOf(8));
});

test('divergence is an error, and the last good epoch comes back', async () => {
  const learner = await small({
    rule: backprop({ optimizer: sgd(1e15) }),
    classes: undefined,
    task: classification({ names, loss: squaredError }),
  });
  const before = learner.weightHash();
  await expect(learner.fit(x, y, { epochs: 9 })).rejects.toThrow(DivergenceError);
  expect(learner.weightHash()).toBe(before);
  expect(learner.predict(x).every(Number.isFinite)).toBe(true);
});

describe('not a number in the data', () => {
  const broken = x.slice();
  broken[41 * FEATURES + 2] = Number.NaN;

  test('is reported with its row, and nothing of its batch is learned', async () => {
    const [learner, twin] = [await plain(), await plain()];
    const failing = learner.fit(broken, y, { shuffle: false });
    await expect(failing).rejects.toThrow(InputError);
    await expect(failing).rejects.toThrow('sample 41 has NaN at [2] of [6], wanted finite numbers');
    for (let first = 0; first < 40; first += 8) {
      twin.trainOnBatch(x.subarray(first * FEATURES, (first + 8) * FEATURES), y.subarray(first, first + 8));
    }
    expect(learner.weightHash()).toBe(twin.weightHash());
    expect(learner.steps).toBe(5);
  });
});

describe('learning rates', () => {
  const cosine = (done: number): number => factorAt(cosineDecay(), done);
  const linear = () => small({ rule: backprop({ optimizer: sgd(0.2, { schedule: 'linear' }) }) });

  test('fall linearly to zero over a fit', async () => {
    const learner = await linear();
    const moved: number[] = [];
    let before = learner.weights()['dense_2/bias'].values;
    await learner.fit(x.subarray(0, FEATURES), y.subarray(0, 1), {
      epochs: 4,
      callbacks: {
        onBatchEnd() {
          const after = learner.weights()['dense_2/bias'].values;
          moved.push(Math.hypot(...after.map((value, i) => value - before[i])));
          before = after;
        },
      },
    });
    expect(moved[3]).toBeLessThan(moved[0] / 3);
  });

  test('follow their schedule, and are what a callback sets until it gives them back', async () => {
    const learner = await small({ rule: backprop({ optimizer: sgd(0.25, { schedule: cosineDecay() }) }) });
    const rates: number[] = [];
    await learner.fit(x.subarray(0, FEATURES), y.subarray(0, 1), {
      epochs: 6,
      callbacks: {
        onBatchEnd({ step }) {
          rates.push(learner.learningRate);
          if (step === 3) learner.setLearningRate(0.5);
          if (step === 5) learner.setLearningRate(null);
        },
      },
    });
    expect(rates).toEqual([0, 1, 2, 0.5, 0.5, 5].map((at) => (at === 0.5 ? 0.5 : Math.fround(0.25 * cosine(at / 6)))));
  });

  test('can be set for what is learned one by one', async () => {
    const [set, made] = [await linear(), await small({ rule: backprop({ optimizer: sgd(0.05) }) })];
    set.setLearningRate(0.05);
    for (const each of [set, made]) each.learnOne(held.x.subarray(0, FEATURES), held.y[0]);
    expect(set.weightHash()).toBe(made.weightHash());
    set.reset();
    expect(set.learningRate).toBe(Math.fround(0.2));
    expect(() => set.setLearningRate(-1)).toThrow(
      new ConfigurationError('learningRate is -1, wanted a finite number of at least 0'),
    );
  });

  test('keep their proportions when they are set', async () => {
    const rates = (first: number, last: number) =>
      small({ rule: zerothOrder({ optimizer: sgd(first), lastOptimizer: sgd(last), last: 1 }) });
    const [set, made] = [await rates(0.25, 1), await rates(0.125, 0.5)];
    set.setLearningRate(0.125);
    for (const each of [set, made]) each.learnOne(held.x.subarray(0, FEATURES), held.y[0]);
    expect(set.learningRate).toBe(0.125);
    expect(set.weightHash()).toBe(made.weightHash());
    const still = await small({ rule: backprop({ optimizer: sgd(0) }) });
    still.setLearningRate(0.125);
    expect(still.learningRate).toBe(0.125);
  });

  test('are the first again after it', async () => {
    const [learner, constant] = [await linear(), await small({ rule: backprop({ optimizer: sgd(0.2) }) })];
    await learner.fit(x, y, { epochs: 3 });
    constant.restore(learner.save());
    for (const each of [learner, constant]) each.learnOne(held.x.subarray(0, FEATURES), held.y[0]);
    expect(learner.weightHash()).toBe(constant.weightHash());
  });
});

describe('a rule in stages', () => {
  const greedy = () => small({ rule: tpsgd({ optimizer: sgd(0.2), order: 'greedy' }) });

  test('shares the epochs, and reports loss and accuracy where there are any', async () => {
    const learner = await greedy();
    const changed: string[][] = [];
    let before = learner.weights();
    const { history } = await learner.fit(x, y, {
      epochs: 5,
      validationData: [held.x, held.y],
      callbacks: {
        onEpochEnd() {
          const after = learner.weights();
          changed.push(Object.keys(after).filter((name) => after[name].values.join() !== before[name].values.join()));
          before = after;
        },
      },
    });
    const [first, second] = [
      ['dense_1/weight', 'dense_1/bias'],
      ['dense_2/weight', 'dense_2/bias'],
    ];
    expect(changed).toEqual([first, first, first, second, second]);
    expect(history.loss.map(Number.isFinite)).toEqual([false, false, false, true, true]);
    expect(history.acc.map(Number.isFinite)).toEqual([false, false, false, true, true]);
    expect(history.val_loss!.every(Number.isFinite)).toBe(true);
  });

  test('learns one sample through all of them', async () => {
    const learner = await greedy();
    const before = learner.weights();
    const { loss, acc } = learner.learnOne(x.subarray(0, FEATURES), y[0]);
    expect([loss, acc].every(Number.isFinite)).toBe(true);
    const after = learner.weights();
    for (const name of Object.keys(before)) expect(after[name].values, name).not.toEqual(before[name].values);
  });

  test('is not stopped early before its last', async () => {
    const learner = await greedy();
    const validationData = [held.x, held.y] as const;
    const { epoch } = await learner.fit(x, y, { epochs: 20, validationData, earlyStopping: { patience: 1 } });
    expect(epoch.length).toBeGreaterThan(10);
    expect(learner.evaluate(held.x, held.y).accuracy).toBeGreaterThan(0.9);
  });

  test('needs an epoch for each', async () => {
    await expect((await greedy()).fit(x, y)).rejects.toThrow('epochs is 1, wanted at least 2');
  });
});

test('what would pull the ground from under a fit waits', async () => {
  const learner = await small();
  const bytes = learner.save();
  const fitting = learner.fit(x, y, { epochs: 3, callbacks: { onBatchEnd: () => wait(0) } });
  await expect(learner.fit(x, y)).rejects.toThrow(BusyError);
  await expect(learner.resize({ batchSize: 2 })).rejects.toThrow(BusyError);
  expect(() => learner.restore(bytes)).toThrow(BusyError);
  expect(() => learner.reset()).toThrow(BusyError);
  learner.learnOne(x.subarray(0, FEATURES), y[0]);
  await fitting;
  const resizing = learner.resize({ batchSize: 3 });
  await expect(learner.fit(x, y)).rejects.toThrow('fit: wait for the resize that is running');
  await resizing;
  await learner.fit(x, y);
});

test('numbers of samples and labels that differ are refused with both', async () => {
  await expect((await small()).fit(x, y.subarray(1))).rejects.toThrow('got 60 samples and 59 labels');
});
