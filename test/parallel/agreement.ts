// What units learn in workers of their own they learn in one: the same bytes, for every rule whose units do not wait
// for each other; the others are refused by name. Run in Node and in Chromium.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networks } from '../../src/check/networks.ts';
import { rules } from '../../src/forward-only/index.ts';
import { createLearner, int8, RuleError, type CreateOptions, type Rule } from '../../src/index.ts';
import { createParallelLearner } from '../../src/parallel/index.ts';
import { startWorker } from '../../src/parallel/thread.ts';

const SAMPLES = 45;

/** Seeded by their place. */
const data = (shape: readonly number[]) => ({
  x: Float32Array.from({ length: shape.reduce((size, axis) => size * axis, SAMPLES) }, (_, at) => Math.sin(at * at)),
  y: Int32Array.from({ length: SAMPLES }, (_, at) => (7 * at + (at >> 3)) % 4),
});

const waits = ({ locality }: Rule): boolean => Object.values(locality).some((claim) => claim);

type Case = readonly [name: string, network: string, workers: number, more: Partial<CreateOptions>];

const cases: readonly Case[] = [
  ['two workers', 'dense', 2, {}],
  ['a worker for each unit', 'dense', 3, {}],
  ['micro-batches', 'dense', 2, { microBatch: 3 }],
  ['bytes', 'dense', 2, { storage: int8() }],
  ['another seed', 'dense', 2, { seed: 5 }],
  ['convolutions and pools', 'convolutional', 2, {}],
  ['masks and normalisations', 'depthwise', 2, {}],
];

export function testAgreement(): void {
  describe.each(Object.entries(rules))('%s', (_, rule) => {
    // ended with the rule: a worker that lives on keeps the memories of its past learners until it collects them
    const threads: ReturnType<typeof startWorker>[] = [];
    beforeAll(() => {
      threads.push(startWorker(), startWorker(), startWorker());
    });
    afterAll(() => {
      for (const thread of threads) thread.terminate();
    });

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
        const sharing = createParallelLearner({ ...options, workers, worker: threads });
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
