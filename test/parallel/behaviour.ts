// A learner in several workers as its callers see it: it goes on where another one was, stops whole, and ends as one.
// Run in Node and in Chromium.

import { afterAll, expect, test } from 'vitest';
import {
  adam,
  BusyError,
  ConfigurationError,
  createLearner,
  dense,
  DivergenceError,
  RuleError,
  sequential,
  sgd,
  tpsgd,
  type BudgetError,
} from '../../src/index.ts';
import { createParallelLearner, type ParallelLearner, type ParallelOptions } from '../../src/parallel/index.ts';
import { startWorker } from '../../src/parallel/thread.ts';
import { WorkerCrashedError, type Thread } from '../../src/worker/index.ts';
import { FEATURES, names, smallData } from '../learner/small.ts';

const network = sequential(
  [FEATURES],
  [dense(16, { activation: 'tanh' }), dense(14, { activation: 'tanh' }), dense(3)],
);
const options = {
  network,
  rule: tpsgd({ optimizer: adam(0.01, { schedule: 'linear' }) }),
  classes: { names, capacity: 5 },
  batchSize: 8,
  standardize: false,
} as const;
const { x, y } = smallData(100);
const single = (): ReturnType<typeof createLearner> => createLearner(options);

export function testBehaviour(): void {
  const threads = [startWorker(), startWorker()];
  const create = (more: Partial<ParallelOptions> = {}): Promise<ParallelLearner> =>
    createParallelLearner({ ...options, worker: threads, ...more });
  afterAll(() => {
    for (const thread of threads) thread.terminate();
  });

  test('it goes on where one learner was, and that where it is', async () => {
    const one = await single();
    await one.fit(x, y, { epochs: 2 });
    const shared = await create({ restore: one.save() });
    for (const learner of [one, shared]) {
      await learner.fit(x, y, { epochs: 2, shuffle: false });
      await learner.learnOne(x.subarray(0, FEATURES), 'bee');
      await learner.addClass('dog');
      await learner.setLearningRate(0.002);
      await learner.fit(x, y, { epochs: 1, classWeight: { ant: 2 } });
    }
    expect(await shared.save()).toEqual(one.save());
    const next = await single();
    next.restore(await shared.save());
    expect(next.weightHash()).toBe(one.weightHash());
    await shared.dispose();
  });

  test('after an abort every unit has learned the same steps', async () => {
    const shared = await create();
    const controller = new AbortController();
    const onBatchEnd = (): void => controller.abort();
    const many = smallData(4000);
    await expect(
      shared.fit(many.x, many.y, { epochs: 1000, signal: controller.signal, callbacks: { onBatchEnd } }),
    ).rejects.toHaveProperty('name', 'AbortError');
    const steps = await shared.steps();
    const one = await single();
    const stop = new AbortController();
    const atStep = ({ step }: { readonly step: number }): void => {
      if (step === steps) stop.abort();
    };
    await one
      .fit(many.x, many.y, { epochs: 1000, signal: stop.signal, callbacks: { onBatchEnd: atStep } })
      .catch(() => {});
    expect(one.steps).toBe(steps);
    expect(await shared.save()).toEqual(one.save());
    await shared.dispose();
  });

  test('where it diverges the last good epoch is back, and it learns on', async () => {
    const shared = await create({ rule: tpsgd({ optimizer: sgd(1e30) }) });
    const before = await shared.weightHash();
    await expect(shared.fit(x, y, { epochs: 3 })).rejects.toThrow(DivergenceError);
    expect(await shared.weightHash()).toBe(before);
    await shared.setLearningRate(0.01);
    expect((await shared.fit(x, y)).history.loss[0]).toBeLessThan(10);
    await shared.dispose();
  });

  test('during an epoch what asks for weights is refused, between two it answers', async () => {
    const shared = await create();
    const told: unknown[] = [];
    const hash = async (): Promise<void> => {
      told.push(await shared.weightHash().catch((error: unknown) => error));
    };
    const many = smallData(4000);
    await shared.fit(many.x, many.y, { callbacks: { onEpochBegin: hash, onBatchEnd: hash, onEpochEnd: hash } });
    expect(typeof told[0]).toBe('string');
    expect(told.some((answer) => answer instanceof BusyError)).toBe(true);
    expect(told[told.length - 1]).toBe(await shared.weightHash());
    await shared.dispose();
  });

  test('another size goes on with what was learned', async () => {
    const shared = await create();
    const one = await single();
    for (const learner of [one, shared]) {
      await learner.fit(x, y);
      await learner.resize({ batchSize: 4, classes: 6 });
      await learner.fit(x, y);
    }
    expect(shared.compiled.batchSize).toBe(4);
    expect(await shared.save()).toEqual(one.save());
    await shared.dispose();
  });

  test('the plan says who does what, and the bytes that are on their way', async () => {
    const shared = await create();
    const { workers, stepsAhead, handOverBytes } = shared.plan;
    expect(workers.map(({ units }) => units)).toEqual([['dense_1'], ['dense_2', 'dense_3']]);
    expect(workers.reduce((sum, { work }) => sum + work, 0)).toBeCloseTo(1, 12);
    const [rows, bytes] = [8, 4 * (FEATURES + 1 + 1 + 16)];
    expect(stepsAhead).toBe(2);
    // input, target and weight to the first, its output from it, for three steps
    expect(handOverBytes).toBe(3 * rows * bytes);
    expect(shared.compiled.memory.handOverBytes).toBe(handOverBytes);
    expect((await shared.memory()).handOverBytes).toBe(handOverBytes);
    await shared.dispose();
  });

  test('a budget is of all workers, and of what they hand over', async () => {
    const plan = (await create()).plan;
    const needed = plan.workers.reduce((sum, { plannedBytes }) => sum + plannedBytes, plan.handOverBytes);
    await (await create({ budget: needed })).dispose();
    const failure = await create({ budget: needed - 1 }).catch((error: BudgetError) => error);
    expect(failure).toMatchObject({ name: 'BudgetError', needed, budget: needed - 1 });
  });

  test.each([
    [4, RuleError, "4 workers want as many units that learn, and 'tpsgd' has 3 here that can be told apart"],
    [1, ConfigurationError, 'workers is 1, wanted a whole number of at least 2'],
    [2.5, ConfigurationError, 'workers is 2.5, wanted a whole number'],
  ] as const)('%s workers are refused', async (workers, kind, message) => {
    const failure = await create({ workers }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toContain(message);
  });

  test('when one worker ends all do, with one error, amid a fit too', async () => {
    const own: Thread[] = [];
    const start = (): Thread => {
      const thread = startWorker();
      own.push(thread);
      return thread;
    };
    const shared = await create({ worker: start });
    const many = smallData(4000);
    const fit = shared.fit(many.x, many.y, { epochs: 1000 }).catch((error: unknown) => error);
    own[0].terminate();
    expect(await fit).toBeInstanceOf(WorkerCrashedError);
    await expect(shared.save()).rejects.toThrow(WorkerCrashedError);
  });
}
