// MNIST as events of an eye that moves: the digits under three saccades, 14x14 points of 2x2 pixels, each firing when
// its brightness has changed by 0.3, up or down. 12 steps, 255 where there were events. Not N-MNIST, whose events a
// camera recorded: figures on one do not compare with the other.

import { createDataset, type LabelledSet } from '../dataset.ts';
import { toFrames } from '../features/events.ts';
import { levelCrossing } from '../features/level-crossing.ts';
import { saccades } from '../features/saccades.ts';
import type { SetDescriptor } from './descriptor.ts';
import { mnist } from './mnist.ts';

const STEPS = 12;
const THRESHOLD = 0.3 * 255;

export const mnistSaccades: SetDescriptor<LabelledSet> = {
  ...mnist,
  name: 'mnist-saccades',
  folder: 'mnist',
  async read(open) {
    const { train, test } = await mnist.read(open);
    return { train: watched(train), test: watched(test) };
  },
};

function watched({ inputs: pictures, inputShape: [height, width], count, ...others }: LabelledSet): LabelledSet {
  const pixels = height * width;
  const inputShape = [STEPS, pixels / 2];
  const inputs = new Uint8Array((count * STEPS * pixels) / 2);
  for (let row = 0; row < count; row++) {
    const picture = pictures.subarray(row * pixels, (row + 1) * pixels);
    const events = levelCrossing(saccades({ data: picture, shape: [height, width] }), THRESHOLD);
    inputs.set(toFrames(events, { steps: STEPS, duration: STEPS }), (row * STEPS * pixels) / 2);
  }
  return createDataset({ ...others, name: 'mnist-saccades', inputs, inputShape });
}
