// A learner in a worker that learns from a stream: read on this side, no further than the next step needs.

import { describe, expect, test } from 'vitest';
import { ConfigurationError, InputError, type StreamSample, type TrainEvent } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { FEATURES, small, smallData } from '../learner/small.ts';

const { x, y } = smallData(60);

/** `create`: a learner in a worker, as `small` gives it on this thread. */
export function testStream(create: () => Promise<WorkerLearner>): void {
  describe('train', () => {
    /** The samples one by one; tells how many were taken, and whether the stream was closed. */
    function stream() {
      const state = { taken: 0, closed: false };
      async function* samples(): AsyncGenerator<StreamSample> {
        try {
          for (; state.taken < y.length; state.taken++) {
            yield { x: x.subarray(state.taken * FEATURES, (state.taken + 1) * FEATURES), y: y[state.taken] };
          }
        } finally {
          state.closed = true;
        }
      }
      return { state, samples: samples() };
    }

    const withoutTime = ({ msPerStep, ...event }: TrainEvent) => event;

    test('yields the events that it yields on this thread', async () => {
      const [here, there]: ReturnType<typeof withoutTime>[][] = [[], []];
      for await (const event of (await small()).train(stream().samples)) here.push(withoutTime(event));
      for await (const event of (await create()).train(stream().samples)) there.push(withoutTime(event));
      expect(there).toEqual(here);
      expect(there).toHaveLength(8);
    });

    test('takes batches of any size from a plain array', async () => {
      const parts = [
        [0, 5],
        [5, 6],
        [6, 30],
      ].map(([from, to]) => ({ x: x.subarray(from * FEATURES, to * FEATURES), y: y.subarray(from, to) }));
      const sizes: number[] = [];
      for await (const { samples } of (await create()).train(parts, { batchSize: 4 })) sizes.push(samples);
      expect(sizes).toEqual([4, 4, 4, 4, 4, 4, 4, 2]);
    });

    test('reads no further than the next step needs, and `break` closes the stream', async () => {
      const learner = await create();
      const { state, samples } = stream();
      for await (const { step } of learner.train(samples)) {
        if (step < 2) continue;
        expect(state.taken).toBeLessThan(16);
        break;
      }
      expect(state.closed).toBe(true);
      expect(await learner.steps()).toBe(2);
      await learner.fit(x, y);
    });

    test('ends a wait for the next sample when its signal fires', async () => {
      const learner = await create();
      const controller = new AbortController();
      const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
      const events = learner.train(silent, { signal: controller.signal });
      setTimeout(() => controller.abort(), 10);
      await expect(events.next()).rejects.toMatchObject({ name: 'AbortError' });
      expect(await learner.steps()).toBe(0);
    });

    test('rejects with the very error of the stream, and with a named one for a sample that does not fit', async () => {
      const learner = await create();
      const error = new Error('the camera is gone');
      const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
      await expect(learner.train(failing).next()).rejects.toBe(error);
      await expect(learner.train([{ x: [1], y: 0 }]).next()).rejects.toBeInstanceOf(InputError);
      await expect(learner.train([{ x, y: 'emu' }]).next()).rejects.toBeInstanceOf(InputError);
      await expect(learner.train([{ x, y }], { batchSize: 9 }).next()).rejects.toBeInstanceOf(ConfigurationError);
    });
  });
}
