// Learning from streams: `train` as an async iterator, stopped by break, signal or an error.

import { expect, test } from 'vitest';
import { BusyError, ConfigurationError, InputError, type StreamSample } from '../../src/index.ts';
import { FEATURES, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(20);
const plain = () => small({ network: plainNetwork() });
const sample = (row: number): StreamSample => ({ x: x.subarray(row * FEATURES, (row + 1) * FEATURES), y: y[row] });

/** Samples for ever, which says when it was released. */
function endless(): { stream: AsyncGenerator<StreamSample>; taken: () => number; released: Promise<void> } {
  let [count, release] = [0, (): void => {}];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* stream(): AsyncGenerator<StreamSample> {
    try {
      for (;;) yield sample(count++ % 20);
    } finally {
      release();
    }
  }
  return { stream: stream(), taken: () => count, released };
}

test('an event for every batch; the rest is a last, smaller one', async () => {
  const learner = await small();
  const events = [];
  for await (const event of learner.train(Array.from({ length: 19 }, (_, row) => sample(row)))) events.push(event);
  expect(events.map(({ samples }) => samples)).toEqual([8, 8, 3]);
  expect(events.map(({ step }) => step)).toEqual([1, 2, 3]);
  for (const { type, loss, acc, msPerStep } of events) {
    expect(type).toBe('batch');
    expect(loss).toBeGreaterThan(0);
    expect(acc).toBeLessThanOrEqual(1);
    expect(msPerStep).toBeGreaterThan(0);
  }
});

test('batches of any size are cut to the planned one: the same weights as batch by batch', async () => {
  const [learner, twin] = [await plain(), await plain()];
  const stream = [{ x: x.subarray(0, 13 * FEATURES), y: y.subarray(0, 13) }, sample(13)];
  for await (const _ of learner.train(stream, { batchSize: 7 }));
  twin.trainOnBatch(x.subarray(0, 7 * FEATURES), y.subarray(0, 7));
  twin.trainOnBatch(x.subarray(7 * FEATURES, 14 * FEATURES), y.subarray(7, 14));
  expect(learner.weightHash()).toBe(twin.weightHash());
});

test('break stops it and releases the stream; more can be learned after it', async () => {
  const learner = await small();
  const { stream, released, taken } = endless();
  for await (const { step } of learner.train(stream, { batchSize: 4 })) if (step === 3) break;
  await released;
  expect(learner.steps).toBe(3);
  expect(taken()).toBe(12);
  await learner.fit(x, y);
});

test('a signal ends it with its reason, and releases the stream', async () => {
  const learner = await small();
  const { stream, released } = endless();
  const controller = new AbortController();
  const loop = async (): Promise<void> => {
    const { signal } = controller;
    for await (const { step } of learner.train(stream, { signal })) if (step === 2) controller.abort();
  };
  await expect(loop()).rejects.toMatchObject({ name: 'AbortError' });
  await released;
  expect(learner.steps).toBe(2);
});

test('a signal ends even the wait for a sample that never comes', async () => {
  const learner = await small();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const events = learner.train(silent, { signal: AbortSignal.timeout(10) });
  await expect(events.next()).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('an error of the stream comes out as it is', async () => {
  async function* broken(): AsyncGenerator<StreamSample> {
    yield sample(0);
    throw new RangeError('the camera is gone');
  }
  await expect((await small()).train(broken()).next()).rejects.toThrow(new RangeError('the camera is gone'));
});

test('a sample that is not finite is named by its place in the stream, and its batch is not learned', async () => {
  const learner = await small();
  const broken = { x: [0, 0, 0, Infinity, 0, 0], y: 1 };
  const events = learner.train([...Array.from({ length: 10 }, (_, row) => sample(row)), broken]);
  await events.next();
  const before = learner.weightHash();
  await expect(events.next()).rejects.toThrow('sample 10 has Infinity at [3] of [6]');
  expect(learner.weightHash()).toBe(before);
});

test('unequal numbers and batches beyond the plan are refused', async () => {
  const learner = await small();
  await expect(learner.train([{ x, y: [0] }]).next()).rejects.toThrow(InputError);
  await expect(learner.train([], { batchSize: 9 }).next()).rejects.toThrow(ConfigurationError);
});

test('while rows of a stream wait nothing changes the ground; afterwards it may', async () => {
  const learner = await small();
  const samples = [{ x, y }];
  for await (const event of learner.train(samples, { batchSize: 4 })) {
    expect(event.samples).toBeLessThanOrEqual(4);
    if (event.step === 5) break;
    for (const change of [
      () => learner.removeClass('ant'),
      () => learner.reset(),
      () => learner.restore(learner.save()),
    ])
      expect(change).toThrow('wait for the train that is running');
    await expect(learner.fit(x, y)).rejects.toThrow(BusyError);
    learner.predict(x);
  }
  learner.removeClass('ant');
  for await (const _ of learner.train([{ x: x.subarray(0, FEATURES), y: 'bee' }])) break;
  learner.reset();
});

test('a source that fills one array again and again', async () => {
  const [learner, twin] = [await small(), await small()];
  const [one, label] = [new Float32Array(FEATURES), new Int32Array(1)];
  async function* source(): AsyncGenerator<StreamSample> {
    for (let row = 0; row < 20; row++) {
      one.set(sample(row).x as Float32Array);
      label[0] = y[row];
      yield { x: one, y: label };
    }
  }
  for await (const _ of learner.train(source()));
  for await (const _ of twin.train(Array.from({ length: 20 }, (_, row) => sample(row))));
  expect(learner.weightHash()).toBe(twin.weightHash());
});
