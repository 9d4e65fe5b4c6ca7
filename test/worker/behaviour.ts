// The learner in a worker behaves as the one on this thread: checked in Node and in Chromium by the same body.

import { afterAll, describe, expect, test } from 'vitest';
import {
  BudgetError,
  BusyError,
  CapacityError,
  CheckpointError,
  compileLearner,
  ConfigurationError,
  dense,
  DisposedError,
  flatten,
  InputError,
  sequential,
  sgd,
  tpsgd,
  type BatchLogs,
} from '../../src/index.ts';
import { createWorkerLearner, type WorkerLearner, type WorkerOptions } from '../../src/worker/index.ts';
import { startThread } from '../../src/worker/thread.ts';
import { FEATURES, names, network, small, smallData } from '../learner/small.ts';
import { testStream } from './stream.ts';

const { x, y } = smallData(60);
/** An epoch of these takes longer than the tests that stop in it. */
const many = smallData(20_000);
const first = x.subarray(0, FEATURES);
const rule = tpsgd({ optimizer: sgd(0.2) });

export function testBehaviour(): void {
  const worker = startThread();
  const create = (options: Partial<WorkerOptions> = {}): Promise<WorkerLearner> =>
    createWorkerLearner({
      network: network(),
      rule,
      classes: { names, capacity: 5 },
      batchSize: 8,
      standardize: false,
      worker,
      ...options,
    });
  afterAll(() => {
    worker.terminate();
  });

  test('an array that was handed over is refused by name, and the learner goes on', async () => {
    const learner = await create();
    const given = x.slice();
    await learner.fit(given, y.slice(), { transfer: true });
    const steps = await learner.steps();
    await expect(learner.fit(given, y.slice(), { transfer: true })).rejects.toThrow('handed over to a worker');
    await expect(learner.predict(given)).rejects.toThrow(InputError);
    expect(await learner.steps()).toBe(steps);
  });

  test('arrays and options of a reactive store, which are proxies', async () => {
    const reactive = <Value>(value: Value): Value =>
      typeof value !== 'object' || value === null || ArrayBuffer.isView(value)
        ? value
        : (new Proxy(value, { get: (target, key, self) => reactive(Reflect.get(target, key, self)) }) as Value);
    const [here, there] = [await small(), await create(reactive({ classes: { names: [...names], capacity: 5 } }))];
    const rows = Array.from({ length: 8 }, (_, row) => [...x.subarray(row * FEATURES, (row + 1) * FEATURES)]);
    const options = { epochs: 2, earlyStopping: { patience: 1 }, classWeight: { ant: 2 } };
    const labels = [...y.subarray(0, 8)];
    expect(await there.fit(reactive(rows), reactive(labels), reactive(options))).toEqual(
      await here.fit(rows, labels, options),
    );
    expect(await there.classify(reactive(rows[0]))).toEqual(here.classify(rows[0]));
  });

  test('what cannot be posted is refused with the line that converts it', async () => {
    const learner = await create();
    class Canvas {
      readonly [Symbol.toStringTag] = 'HTMLCanvasElement';
    }
    const itself: unknown[] = [];
    itself.push(itself);
    const given: [unknown, string][] = [
      [new Canvas(), 'pen.drawImage(it, 0, 0, width, height)'],
      [[new Canvas()], 'of type HTMLCanvasElement, wanted a typed array of numbers'],
      [[Symbol('x')], 'of type symbol'],
      [() => x, 'of type function'],
      [new BigInt64Array(6), 'Float64Array.from(it, Number)'],
      [itself, 'nested deeper'],
    ];
    for (const [samples, message] of given) {
      const failing = learner.predict(samples as Float32Array);
      await expect(failing).rejects.toThrow(InputError);
      await expect(failing).rejects.toThrow(message);
    }
    expect(await learner.steps()).toBe(0);
  });

  test('every method gives what it gives on this thread', async () => {
    const [here, there] = [await small(), await create()];
    const fitted = { epochs: 3, validationData: [x, y] as const };
    expect(await there.fit(x, y, fitted)).toEqual(await here.fit(x, y, fitted));
    expect(await there.learnOne(first, 'cat')).toEqual(here.learnOne(first, 'cat'));
    expect(await there.trainOnBatch(x.subarray(0, 3 * FEATURES), ['ant', 1, [0, 0, 1]])).toEqual(
      here.trainOnBatch(x.subarray(0, 3 * FEATURES), ['ant', 1, [0, 0, 1]]),
    );
    expect(await there.predict(x)).toEqual(here.predict(x));
    expect(await there.classify([...first])).toEqual(here.classify([...first]));
    expect(await there.evaluate(x, y)).toEqual(here.evaluate(x, y));
    expect(await there.addClass('dog')).toBe(here.addClass('dog'));
    expect(await there.classNames()).toEqual([...names, 'dog']);
    expect([await there.steps(), await there.epochs()]).toEqual([here.steps, here.epochs]);
    expect(await there.seed()).toBe(here.seed);
    here.setLearningRate(0.125);
    await there.setLearningRate(0.125);
    expect(await there.learningRate()).toBe(here.learningRate);
    expect(await there.summary()).toBe(here.summary());
    expect(await there.memory()).toEqual(here.memory());
    expect(await there.weights()).toEqual(here.weights());
    expect(await there.save()).toEqual(here.save());
    const metadata = { of: ['ants', 3] };
    expect(await there.save({ metadata })).toEqual(here.save({ metadata }));
    const unsaved = there.save({ metadata: { at: (() => 0) as never } });
    await expect(unsaved).rejects.toThrow('metadata.at is the function at, not called, wanted JSON');
    const [name, { values }] = Object.entries(here.weights())[0];
    const halved = { [name]: values.map((value) => value / 2) };
    await there.setWeights(halved);
    here.setWeights(halved);
    expect(await there.weights()).toEqual(here.weights());
    await expect(there.act('replay', [])).rejects.toThrow(/^the rule 'tpsgd' has no action 'replay'/);
    await expect(there.provide('graph', [])).rejects.toThrow(/^the rule 'tpsgd' is provided with no 'graph'/);
    const begun = await create({ weights: here.weights() });
    expect(await begun.weightHash()).toBe(here.weightHash());
    await there.reset();
    here.reset();
    expect(await there.weightHash()).toBe(here.weightHash());
    expect(await there.classNames()).toEqual(names);
  });

  describe('fit', () => {
    test('calls back for every batch, in order, and awaits the end of an epoch', async () => {
      const seen: (string | number)[] = [];
      const learner = await create();
      await learner.fit(x, y, {
        epochs: 2,
        callbacks: {
          onEpochBegin: (epoch) => seen.push(`begin ${epoch}`),
          onBatchEnd: ({ step, stepsTotal }) => seen.push(step / stepsTotal),
          async onEpochEnd(epoch, { loss }) {
            expect(loss).toBeGreaterThan(0);
            const steps = await learner.steps();
            await new Promise((resolve) => setTimeout(resolve, 20));
            expect(await learner.steps()).toBe(steps);
            seen.push(`end ${epoch}`);
          },
        },
      });
      const batches = (from: number) => Array.from({ length: 8 }, (_, step) => (from + step + 1) / 16);
      expect(seen).toEqual(['begin 0', ...batches(0), 'end 0', 'begin 1', ...batches(8), 'end 1']);
    });

    test('rejects with the very error that a callback threw', async () => {
      class OwnError extends Error {}
      const error = new OwnError('from the page');
      const onEpochEnd = (): void => {
        throw error;
      };
      await expect((await create()).fit(x, y, { callbacks: { onEpochEnd } })).rejects.toBe(error);
    });

    test('stops in the middle of an epoch when its signal fires, and keeps what was learned', async () => {
      const learner = await create();
      const before = await learner.weightHash();
      const controller = new AbortController();
      let last: BatchLogs | undefined;
      const fit = learner.fit(many.x, many.y, {
        epochs: 1000,
        signal: controller.signal,
        callbacks: {
          onBatchEnd(logs) {
            last = logs;
            controller.abort();
          },
        },
      });
      const error = await fit.catch((thrown: unknown) => thrown);
      expect(error).toBe(controller.signal.reason);
      expect(error).toMatchObject({ name: 'AbortError' });
      expect(last!.step).toBeLessThan(last!.stepsTotal / 10);
      expect(await learner.steps()).toBe(last!.step);
      expect(await learner.weightHash()).not.toBe(before);
      await learner.fit(x, y);
    });

    test('gives the reason of an abort, and does not begin when it came before', async () => {
      const learner = await create();
      const controller = new AbortController();
      const reason = new Error('the user left');
      controller.abort(reason);
      await expect(learner.fit(x, y, { signal: controller.signal })).rejects.toBe(reason);
      expect(await learner.steps()).toBe(0);
    });

    test('moves arrays on request only, and copies no more of a buffer than the view has', async () => {
      const learner = await create();
      const [samples, labels] = [x.slice(), y.slice()];
      await learner.fit(samples.subarray(0, 8 * FEATURES), labels.subarray(0, 8), { transfer: true });
      await learner.fit(samples, labels);
      expect([samples.length, labels.length]).toEqual([x.length, y.length]);
      await learner.fit(samples, labels, { transfer: true, validationData: [samples, labels] });
      expect([samples.length, labels.length]).toEqual([0, 0]);
    });

    test('takes arrays of arrays, images among them', async () => {
      const learner = await create({ network: sequential([2, 2, 1], [flatten(), dense(3)]) });
      const image = { width: 2, height: 2, data: Uint8ClampedArray.from({ length: 16 }, (_, i) => i * 16) };
      const rows = [Float32Array.of(0, 0.1, 0.2, 0.3), Float32Array.of(0.3, 0.2, 0.1, 0)];
      await learner.fit(rows, [0, 1]);
      await learner.fit([image, image], [0, 1]);
      expect(await learner.classify(image)).toHaveProperty('label');
    });
  });

  testStream(create);

  test('errors keep class, name and message', async () => {
    const [here, there] = [await small(), await create()];
    const failures = [
      [InputError, () => here.predict([1]), () => there.predict([1])],
      [InputError, () => here.predict(null as never), () => there.predict(null as never)],
      [InputError, () => here.learnOne(first, 'emu'), () => there.learnOne(first, 'emu')],
      [ConfigurationError, () => here.addClass('ant'), () => there.addClass('ant')],
      [CheckpointError, () => here.restore(new Uint8Array(99)), () => there.restore(new Uint8Array(99))],
    ] as const;
    for (const [kind, fails, rejects] of failures) {
      expect(fails).toThrow(kind);
      const error = await rejects().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ name: kind.name, message: messageOf(fails) });
    }
    const controller = new AbortController();
    const long = there.fit(many.x, many.y, { epochs: 1000, signal: controller.signal });
    await expect(there.fit(x, y)).rejects.toBeInstanceOf(BusyError);
    controller.abort();
    await expect(long).rejects.toHaveProperty('name', 'AbortError');
  });

  test('what cannot be compiled is refused on this side', async () => {
    await expect(create({ budget: 64 })).rejects.toBeInstanceOf(BudgetError);
    await expect(create({ batchSize: 0 })).rejects.toBeInstanceOf(ConfigurationError);
    await expect(create({ restore: new Uint8Array(99) })).rejects.toBeInstanceOf(CheckpointError);
  });

  test('what was compiled on another thread learns the same weights, and makes room as well', async () => {
    const options = { network: network(), rule, classes: { names, capacity: 5 }, batchSize: 8, standardize: false };
    const learners = [await create(), await create({ compiled: structuredClone(compileLearner(options)) })];
    for (const learner of learners) {
      await learner.fit(x, y);
      await learner.resize({ classes: 8 });
    }
    const [here, elsewhere] = await Promise.all(learners.map((learner) => learner.weightHash()));
    expect(elsewhere).toBe(here);
    const compiled = compileLearner({ network: sequential([4], [dense(4)]), rule });
    await expect(create({ compiled })).rejects.toThrow(/^compiled is tpsgd on dense_1, wanted tpsgd on /);
  });

  test('resize makes room, keeps what was learned, and respects the budget', async () => {
    const learner = await create({ budget: '16 KiB' });
    await learner.fit(x, y);
    for (const name of ['dog', 'emu']) await learner.addClass(name);
    await expect(learner.addClass('fox')).rejects.toBeInstanceOf(CapacityError);
    const before = await learner.predict(x);
    await learner.resize({ classes: 8, batchSize: 16 });
    expect(learner.compiled.task.capacity).toBe(8);
    expect(await learner.predict(x)).toEqual(before);
    expect(await learner.addClass('fox')).toBe(5);
    await learner.learnOne(first, 'fox');
    await expect(learner.resize({ batchSize: 4096 })).rejects.toBeInstanceOf(BudgetError);
    expect(await learner.classNames()).toEqual([...names, 'dog', 'emu', 'fox']);
  });

  test('what is saved goes on elsewhere, bit for bit', async () => {
    const first = await create();
    await first.fit(x, y, { epochs: 2 });
    const bytes = await first.save();
    const [second, third] = [await create({ restore: bytes }), await small({ restore: bytes })];
    expect(bytes.length).toBeGreaterThan(0);
    for (const learner of [first, second, third]) await learner.fit(x, y);
    const hash = third.weightHash();
    expect([await first.weightHash(), await second.weightHash()]).toEqual([hash, hash]);
  });

  test('micro-batches learn the weights that they learn on this thread, bit for bit', async () => {
    const [here, there] = [await small({ microBatch: 3 }), await create({ microBatch: 3 })];
    for (const learner of [here, there]) await learner.fit(x, y, { epochs: 2 });
    expect(await there.weightHash()).toBe(here.weightHash());
    expect(await there.summary()).toContain('batches of 8, 3 at a time');
  });

  test('several learners in one worker do not disturb each other', async () => {
    const seeds = [1, 2, 3];
    const alone = await Promise.all(
      seeds.map(async (seed) => {
        const learner = await small({ seed });
        await learner.fit(x, y, { epochs: 4 });
        return learner.weightHash();
      }),
    );
    const together = await Promise.all(seeds.map((seed) => create({ seed })));
    await Promise.all(together.map((learner) => learner.fit(x, y, { epochs: 4 })));
    expect(await Promise.all(together.map((learner) => learner.weightHash()))).toEqual(alone);
    expect(new Set(alone).size).toBe(3);
    await together[0].dispose();
    await expect(together[0].predict(x)).rejects.toBeInstanceOf(DisposedError);
    expect(await together[1].predict(x)).toHaveLength(60 * 3);
  });

  test.each([3, {}, () => 'worker.js'])('the worker %o is none', async (given) => {
    const failure = create({ worker: given as WorkerOptions['worker'] });
    await expect(failure).rejects.toBeInstanceOf(ConfigurationError);
    await expect(failure).rejects.toThrow('wanted the address of onward/worker.js, or a worker that runs it');
  });

  test('dispose rejects what is under way, and stops it', async () => {
    const learner = await create();
    let last = 0;
    const onBatchEnd = ({ step }: BatchLogs): void => {
      last = step;
    };
    const fit = learner.fit(many.x, many.y, { epochs: 1000, callbacks: { onBatchEnd } });
    const [failure] = await Promise.all([fit.catch((error: unknown) => error), learner.dispose()]);
    expect(failure).toBeInstanceOf(DisposedError);
    await (await create()).fit(x, y);
    const steps = last;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(last).toBe(steps);
  });
}

function messageOf(fails: () => unknown): string | undefined {
  try {
    fails();
  } catch (error) {
    return (error as Error).message;
  }
}
