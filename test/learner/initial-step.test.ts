// A fit that was ended goes on behind the steps that were done: with the same weights as one that was not.

import { describe, expect, test } from 'vitest';
import type { FitOptions, LocalLearner } from '../../src/index.ts';
import { rules, small, smallData } from './small.ts';

const { x, y } = smallData(40);
const EPOCHS = 4;
/** Of 40 samples, in batches of 8. */
const STEPS = 5;

/** The learner as it was saved behind so many steps. */
async function savedAt(steps: number, make: () => Promise<LocalLearner>): Promise<Uint8Array> {
  const learner = await make();
  let bytes = learner.save();
  const stop = new AbortController();
  const onBatchEnd = ({ step }: { readonly step: number }): void => {
    if (step !== steps) return;
    bytes = learner.save();
    stop.abort();
  };
  const fitted = learner.fit(x, y, { epochs: EPOCHS, signal: stop.signal, callbacks: { onBatchEnd } });
  await fitted.catch(() => {});
  return bytes;
}

describe.each(Object.entries(rules))('%s', (_, rule) => {
  const make = (): Promise<LocalLearner> => small({ rule: rule() });

  test.each([1, STEPS - 1, STEPS, 2 * STEPS, 2 * STEPS + 3, EPOCHS * STEPS])('behind %i steps', async (initialStep) => {
    const whole = await make();
    await whole.fit(x, y, { epochs: EPOCHS });
    const rest = await make();
    rest.restore(await savedAt(initialStep, make));
    const { epoch } = await rest.fit(x, y, { epochs: EPOCHS, initialStep });
    expect(rest.weightHash()).toBe(whole.weightHash());
    expect(rest.epochs).toBe(whole.epochs);
    expect(epoch.at(-1)).toBe(EPOCHS - 1);
  });
});

test('behind an epoch whose first step was never done', async () => {
  const whole = await small();
  await whole.fit(x, y, { epochs: 2 });
  const ended = await small();
  const stop = new AbortController();
  const onEpochBegin = (epoch: number): void => void (epoch === 1 && stop.abort());
  await ended.fit(x, y, { epochs: 2, signal: stop.signal, callbacks: { onEpochBegin } }).catch(() => {});
  await ended.fit(x, y, { epochs: 2, initialStep: STEPS });
  expect(ended.weightHash()).toBe(whole.weightHash());
});

test.each<[FitOptions, string]>([
  [{ initialStep: 1.5 }, 'initialStep is 1.5, wanted a whole number from 0 to 10'],
  [{ initialStep: 11 }, 'initialStep is 11, wanted a whole number from 0 to 10'],
  [{ initialStep: 3, earlyStopping: true }, 'what was watched before it is not known'],
])('%j is refused', async (options, message) => {
  const learner = await small();
  await learner.fit(x, y, { epochs: 2 });
  await expect(learner.fit(x, y, { epochs: 3, ...options })).rejects.toThrow(message);
});
