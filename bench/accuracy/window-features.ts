// Windows of a recording as a table: of each channel its mean, deviation, least, most, and how far it moves in a step.

import type { LabelledSet, TrainTest } from '../../src/data/dataset.ts';
import { meanOf } from '../shared/spread.ts';

const FEATURES = 5;

export function windowFeatures({ train, test }: TrainTest<LabelledSet>): TrainTest<LabelledSet> {
  return { train: described(train), test: described(test) };
}

function described(set: LabelledSet): LabelledSet {
  const [length, channels] = set.inputShape;
  const inputs = new Float32Array(set.count * channels * FEATURES);
  for (let window = 0; window < set.count * channels; window++) {
    const [row, channel] = [Math.floor(window / channels), window % channels];
    const values = Array.from({ length }, (_, at) => set.inputs[(row * length + at) * channels + channel]);
    inputs.set(describe(values), window * FEATURES);
  }
  return { ...set, inputs, inputShape: [channels * FEATURES] };
}

function describe(values: readonly number[]): number[] {
  const mean = meanOf(values);
  const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  const moves = values.slice(1).map((value, at) => Math.abs(value - values[at]));
  return [mean, deviation, Math.min(...values), Math.max(...values), meanOf(moves)];
}
