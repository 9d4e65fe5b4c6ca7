// Values on scales of their own brought to one, by what is learned from alone.

import type { Dataset, Inputs, TrainTest } from '../dataset.ts';

/** Both parts with each channel, the last axis, at mean 0 and deviation 1 over the training set. */
export function standardized<Set extends Dataset>({ train, test }: TrainTest<Set>, channels: number): TrainTest<Set> {
  const scaled = standardizer(train.inputs, channels);
  return { train: { ...train, inputs: scaled(train.inputs) }, test: { ...test, inputs: scaled(test.inputs) } };
}

/** What gives each channel, the last axis, the mean 0 and the deviation 1 that it has over `learned`. */
export function standardizer(learned: Inputs, channels: number): (values: Inputs) => Float32Array {
  const mean = channelMeans(learned, channels, (value) => value);
  const deviation = channelMeans(learned, channels, (value, channel) => (value - mean[channel]) ** 2).map(
    (variance) => Math.sqrt(variance) || 1,
  );
  return (values) => {
    const out = new Float32Array(values.length);
    for (let at = 0; at < out.length; at++) {
      const channel = at % channels;
      out[at] = (values[at] - mean[channel]) / deviation[channel];
    }
    return out;
  };
}

function channelMeans(
  values: Inputs,
  channels: number,
  term: (value: number, channel: number) => number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < values.length; at++) sums[at % channels] += term(values[at], at % channels);
  return sums.map((sum) => sum / (values.length / channels));
}
