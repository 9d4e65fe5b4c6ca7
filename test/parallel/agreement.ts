// What units learn in workers of their own they learn in one: the same bytes, for every rule whose units do not wait
// for each other; the others are refused by name. Run in Node and in Chromium.

import { afterAll, describe, expect, test } from 'vitest';
import { networks } from '../../src/check/networks.ts';
import { createLearner, int8, RuleError, type CreateOptions, type Rule } from '../../src/index.ts';
import { createParallelLearner } from '../../src/parallel/index.ts';
import { startWorker } from '../../src/parallel/thread.ts';
import { tried } from '../forward-only/tried.ts';

const SAMPLES = 45;

/** Seeded by their place. */
const data = (shape: readonly number[]) => ({
  x: Float32Array.from({ length: shape.reduce((size, axis) => size * axis, SAMPLES) }, (_, at) => Math.sin(at * at)),
  y: Int32Array.from({ length: SAMPLES }, (_, at) => (7 * at + (at >> 3)) % 4),
});

const waits = ({ locality }: Rule): boolean => Object.values(locality).some((claim) => claim);

type Case = readonly [name: string, network: string, workers: number, more: Partial<CreateOptions>];

const cases: readonly Case[] = [
  ['a worker for each unit, another seed', 'dense', 3, { seed: 5 }],
  ['micro-batches', 'dense', 2, { microBatch: 3 }],
  ['convolutions and pools', 'convolutional', 2, {}],
  ['masks and normalisations, bytes', 'depthwise', 2, { storage: int8() }],
];

/** So many learners share workers, which keep the memories of past ones until they collect them. */
const LEARNERS = 12;
let threads: ReturnType<typeof startWorker>[] = [];
let learners = 0;

function end(): void {
  for (const thread of threads) thread.terminate();
  threads = [];
}

function startedWorkers(): typeof threads {
  if (learners++ % LEARNERS === 0) {
    end();
    threads = [startWorker(), startWorker(), startWorker()];
  }
  return threads;
}

export function testAgreement(): void {
  afterAll(end);

  describe.each(Object.entries(tried))('%s', (_, rule) => {
    if (waits(rule())) {
      test('is refused, as its units wait for each other', async () => {
        const refused = createParallelLearner({ network: networks.dense, rule: rule() });
        await expect(refused).rejects.toThrow(/^the units of '\w+' wait for those behind them/);
        await expect(refused).rejects.toHaveProperty('name', 'RuleError');
      });
      return;
    }
    test.each(cases)(
      '%s: the same history, answers and checkpoint as one learner',
      async (_name, of, workers, more) => {
        const options = { network: networks[of], rule: rule(), batchSize: 8, ...more };
        const { x, y } = data(networks[of].inputShape);
        const one = await createLearner(options).catch((error: RuleError) => error);
        const sharing = createParallelLearner({ ...options, workers, worker: startedWorkers() });
        if (one instanceof RuleError) return expect(sharing).rejects.toThrow(one.message);
        const shared = await sharing;
        const fit = { epochs: 2, validationSplit: 0.2 };
        expect(await shared.fit(x, y, fit)).toEqual(await one.fit(x, y, fit));
        expect(await shared.predict(x)).toEqual(one.predict(x));
        expect(await shared.evaluate(x, y)).toEqual(one.evaluate(x, y));
        expect(await shared.save()).toEqual(one.save());
        await shared.dispose();
        one.dispose();
      },
    );
  });
}
