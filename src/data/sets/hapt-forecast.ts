// What a phone at the waist measures next: 64 samples (1.28 s) of six channels, and as values the one that follows. Cut
// from the recordings of hapt-har, half of each shared with the next; other people learn than judge. Each channel has
// mean 0 and deviation 1 over what is learned from, so an error of 1 is that of naming the mean.
//
// The signals go through the publisher's noise filter first, a Butterworth low-pass of third order at 20 Hz (its median
// filter is left out, as it looks one sample ahead). What a filter makes of noise can be foretold in part, so a
// forecast is easier here than of the raw signals, and no figure on it compares with one on those.

import { createDataset, type ValueSet } from '../dataset.ts';
import type { SetDescriptor } from './descriptor.ts';
import { CHANNELS, published, readRecordings, windows, type Stretch } from './hapt-recordings.ts';
import { standardizer } from './standardize.ts';

const [STEPS, STRIDE] = [64, 32];
const WIDTH = CHANNELS.length;

export const haptForecast: SetDescriptor<ValueSet> = {
  ...published,
  name: 'hapt-forecast',
  async read(open) {
    const recordings = await readRecordings(open);
    const part = (name: Stretch['part']): ValueSet => cut(recordings.filter((recording) => recording.part === name));
    const [train, test] = [part('train'), part('test')];
    const standardized = standardizer(train.inputs, WIDTH);
    const scaled = (set: ValueSet): ValueSet => ({
      ...set,
      inputs: standardized(set.inputs),
      targets: standardized(set.targets),
    });
    return { train: scaled(train), test: scaled(test) };
  },
};

function cut(recordings: readonly Stretch[]): ValueSet {
  const cuts = recordings.flatMap(({ values }) => [...windows(lowPassed(values), STEPS + 1, STRIDE)]);
  const inputs = new Float32Array(cuts.length * STEPS * WIDTH);
  const targets = new Float32Array(cuts.length * WIDTH);
  cuts.forEach((window, row) => {
    inputs.set(window.subarray(0, STEPS * WIDTH), row * STEPS * WIDTH);
    targets.set(window.subarray(STEPS * WIDTH), row * WIDTH);
  });
  return createDataset({ name: 'hapt-forecast', inputs, targets, inputShape: [STEPS, WIDTH], targetNames: CHANNELS });
}

/** Of 20 Hz at 50 samples a second: the sum of BACK[k] y_(t-k) is that of FORWARD[k] x_(t-k). */
const FORWARD = [0.5276243825019431, 1.5828731475058293, 1.5828731475058293, 0.5276243825019431];
const BACK = [1, 1.7600418803431688, 1.1828932620378305, 0.2780599176345464];

/** Each channel filtered, as if it had stood at its first value before. */
export function lowPassed(values: Float32Array): Float32Array {
  const out = values.slice();
  for (let at = WIDTH; at < values.length; at++) {
    let sum = FORWARD[0] * values[at];
    for (let k = 1; k < FORWARD.length; k++) {
      const before = Math.max(at - k * WIDTH, at % WIDTH);
      sum += FORWARD[k] * values[before] - BACK[k] * out[before];
    }
    out[at] = sum;
  }
  return out;
}
