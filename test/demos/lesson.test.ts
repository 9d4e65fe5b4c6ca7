// Lessons of the drawing page without the page: what is taught later does not overwrite what was taught before.

import { expect, test } from 'vitest';
import { FIRST, learnerOptions } from '../../demos/draw/choices.ts';
import { keepDrawing, type Drawing } from '../../demos/draw/drawings.ts';
import { MAX_STEPS, SURE, teach } from '../../demos/draw/lesson.ts';
import { vary } from '../../demos/draw/variants.ts';
import { synthetic } from '../../demos/draw/warm-up.ts';
import { PICTURE_SIDE, renderStrokes } from '../../src/data/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';

/** By forty writers that no warm-up reaches. */
const drawings = Array.from({ length: 40 }, (_, at) => synthetic(2 ** 30 + 6 + at));

test('forty drawings, one lesson each: all stay known, and no lesson is cut short', { timeout: 120_000 }, async () => {
  const learner = await createWorkerLearner(learnerOptions(FIRST));
  for (const [at, drawing] of drawings.entries()) {
    const { steps, answer } = await teach(learner, drawing, { drawings: drawings.slice(0, at), warmedUp: 0 });
    expect(steps).toBeLessThan(MAX_STEPS);
    expect(answer.label).toBe(drawing.label);
  }
  for (const { picture, label } of drawings) {
    const { scores } = await learner.classify(picture);
    expect(scores[label]).toBeGreaterThanOrEqual(SURE);
  }
  await learner.dispose();
});

test('a lesson that is stopped ends with its step; the next one teaches what it did not', async () => {
  const learner = await createWorkerLearner(learnerOptions(FIRST));
  const [first, second] = drawings;
  const stop = new AbortController();
  const lesson = teach(learner, first, { drawings: [], warmedUp: 0 }, stop.signal);
  stop.abort();
  expect(await lesson).toMatchObject({ steps: 1, isStopped: true });
  expect(await learner.steps()).toBe(1);
  expect(await teach(learner, second, { drawings: [first], warmedUp: 0 })).toMatchObject({ isStopped: false });
  expect((await learner.classify(first.picture)).label).toBe(first.label);
  await learner.dispose();
});

test('a drawing that was misnamed is named rightly by one lesson more', { timeout: 60_000 }, async () => {
  const learner = await createWorkerLearner(learnerOptions(FIRST));
  const [seven, one] = [7, 1].map((digit) => synthetic(2 ** 30 + 6 + digit).picture);
  let kept: readonly Drawing[] = [];
  for (const example of [
    { picture: seven, label: '1' },
    { picture: one, label: '1' },
    { picture: seven, label: '7' },
  ]) {
    const next = keepDrawing(kept, example);
    await teach(learner, example, { drawings: next.slice(0, -1), warmedUp: 0 });
    kept = next;
  }
  expect((await learner.classify(seven)).label).toBe('7');
  expect((await learner.classify(one)).label).toBe('1');
  await learner.dispose();
});

test('variants are the drawing itself first, then others with about as much ink, much of it where it was', () => {
  const picture = renderStrokes([
    [
      [0, 0],
      [1, 0],
      [0.4, 2],
    ],
  ]);
  expect(vary(picture, 0)).toEqual(picture);
  const seen = new Set<string>();
  for (let n = 1; n <= 64; n++) {
    const varied = vary(picture, n);
    seen.add(varied.join());
    const shared = picture.reduce((sum, ink, pixel) => sum + Math.min(ink, varied[pixel]), 0);
    const inkOf = (of: Uint8Array): number => of.reduce((sum, ink) => sum + ink, 0);
    expect(shared).toBeGreaterThan(0.4 * inkOf(picture));
    expect(inkOf(varied) / inkOf(picture)).toBeGreaterThan(0.75);
    expect(inkOf(varied) / inkOf(picture)).toBeLessThan(1.3);
  }
  expect(seen.size).toBe(64);
  expect(vary(new Uint8Array(PICTURE_SIDE ** 2), 5)).toEqual(new Uint8Array(PICTURE_SIDE ** 2));
});
