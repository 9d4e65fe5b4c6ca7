// Pen digits as they are written: the pen goes evenly from each of the 8 points to the next, and an event tells that it
// has come an eighth of the tablet further right, left, up or down. Where it is, is not told. 57 steps, 8 from point to
// point, 255 where there was an event.

import { createDataset, type LabelledSet } from '../dataset.ts';
import { toFrames } from '../features/events.ts';
import { levelCrossing } from '../features/level-crossing.ts';
import type { SetDescriptor } from './descriptor.ts';
import { pendigits } from './pendigits.ts';

const POINTS = 8;
const CELLS = 8;
const STEPS = CELLS * (POINTS - 1) + 1;
const DIRECTIONS = 4;

export const pendigitsEvents: SetDescriptor<LabelledSet> = {
  ...pendigits,
  name: 'pendigits-events',
  folder: 'pendigits',
  async read(open) {
    const { train, test } = await pendigits.read(open);
    return { train: written(train), test: written(test) };
  },
};

function written({ inputs: points, count, ...others }: LabelledSet): LabelledSet {
  const inputs = new Uint8Array(count * STEPS * DIRECTIONS);
  for (let row = 0; row < count; row++) {
    const data = points.subarray(row * 2 * POINTS, (row + 1) * 2 * POINTS);
    const events = levelCrossing({ data, shape: [POINTS, 2] }, 1 / CELLS);
    inputs.set(toFrames(events, { steps: STEPS, duration: STEPS / CELLS }), row * STEPS * DIRECTIONS);
  }
  return createDataset({ ...others, name: 'pendigits-events', inputs, inputShape: [STEPS, DIRECTIONS] });
}
