// One seed, one result: run by every engine against the same constants.

import { afterAll, describe, expect, test } from 'vitest';
import { startThread } from '../../src/worker/thread.ts';
import { train, trainings } from './training.ts';

export function testAgreement(): void {
  const worker = startThread();
  afterAll(() => {
    worker.terminate();
  });

  describe.each(trainings)('weights and metrics of $name have the recorded bits', (training) => {
    test('on this thread, with SIMD', async () => {
      expect(await train(training, { features: 'simd128' })).toEqual(training.recorded);
    });

    test('in a worker, without', async () => {
      expect(await train(training, { worker, features: 'none' })).toEqual(training.recorded);
    });
  });
}
