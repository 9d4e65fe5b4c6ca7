// Values on scales of their own brought to one, by what is learned from alone.

import type { Inputs } from '../dataset.ts';

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
