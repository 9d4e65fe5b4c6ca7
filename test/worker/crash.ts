// A worker that ends never leaves anyone waiting: checked in Node and in Chromium by the same body.

import { afterEach, expect, test, vi } from 'vitest';
import { DisposedError, sgd, tpsgd, type StreamSample } from '../../src/index.ts';
import { createWorkerLearner, WorkerCrashedError, type Thread, type WorkerLearner } from '../../src/worker/index.ts';
import { startThread } from '../../src/worker/thread.ts';
import { names, network, smallData } from '../learner/small.ts';

const { x, y } = smallData(20_000);

const create = (worker?: Thread | (() => Thread)): Promise<WorkerLearner> =>
  createWorkerLearner({
    network: network(),
    rule: tpsgd({ optimizer: sgd(0.2) }),
    classes: names,
    batchSize: 8,
    worker,
  });

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/**
 * `threads` are workers that end before they answer, with a part of the message that tells why; `silent` never answers.
 */
export function testCrash(
  threads: readonly { name: string; start: () => Thread; cause: string }[],
  silent: () => Thread,
): void {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a worker that is terminated behind our back rejects calls under way and later ones', async () => {
    const worker = startThread();
    const [first, second] = [await create(worker), await create(worker)];
    const fits = [first, second].map((learner) => failureOf(learner.fit(x, y, { epochs: 1000 })));
    worker.terminate();
    for (const failure of await Promise.all(fits)) {
      expect(failure).toBeInstanceOf(WorkerCrashedError);
      expect(failure).toHaveProperty('name', 'WorkerCrashedError');
    }
    await expect(first.save()).rejects.toBeInstanceOf(WorkerCrashedError);
    await expect(second.train([{ x, y }]).next()).rejects.toBeInstanceOf(WorkerCrashedError);
    await second.dispose();
  });

  test('terminate ends a fit at once, and dispose is told from it', async () => {
    const [killed, disposed] = [await create(), await create()];
    const fits = [killed, disposed].map((learner) => failureOf(learner.fit(x, y, { epochs: 1000 })));
    killed.terminate();
    await disposed.dispose();
    expect(await fits[0]).toBeInstanceOf(WorkerCrashedError);
    expect(await fits[1]).toBeInstanceOf(DisposedError);
    await expect(killed.steps()).rejects.toBeInstanceOf(WorkerCrashedError);
    await expect(disposed.steps()).rejects.toBeInstanceOf(DisposedError);
  });

  test('a stream that waits for its next sample ends with the worker', async () => {
    const learner = await create();
    let wait = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      wait = resolve;
    });
    async function* stream(): AsyncGenerator<StreamSample> {
      yield { x: x.subarray(0, 6), y: 0 };
      wait();
      await new Promise(() => {});
    }
    const event = failureOf(learner.train(stream()).next());
    await waiting;
    learner.terminate();
    expect(await event).toBeInstanceOf(WorkerCrashedError);
  });

  test.each(threads)('$name', async ({ start, cause }) => {
    const failure = await failureOf(create(start));
    expect(failure).toBeInstanceOf(WorkerCrashedError);
    expect((failure as Error).message).toContain(cause);
  });

  test('a worker that never answers is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failure = failureOf(create(silent));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await failure).toBeInstanceOf(WorkerCrashedError);
    expect(((await failure) as Error).message).toContain('no answer in 30 s');
  });
}
