// One seed, one result: run by every engine against the same constants.

import { afterAll, describe, expect, test } from 'vitest';
import { createLearner } from '../../src/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';
import { startThread } from '../../src/worker/thread.ts';
import { hashAfterTraining, optionsFor, trainings } from './training.ts';

export function testAgreement(): void {
  const worker = startThread();
  afterAll(() => {
    worker.terminate();
  });

  describe.each(trainings)('the weights after training by $name have the recorded bits', (training) => {
    const { weightHash } = training;

    test.each(['simd128', 'none'] as const)('on this thread, features %s', async (features) => {
      expect(await hashAfterTraining(await createLearner({ ...optionsFor(training), features }))).toBe(weightHash);
    });

    test('in a worker', async () => {
      const learner = await createWorkerLearner({ ...optionsFor(training), worker });
      expect(await hashAfterTraining(learner)).toBe(weightHash);
      await learner.dispose();
    });
  });
}
