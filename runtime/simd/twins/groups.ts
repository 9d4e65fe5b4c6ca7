// The twin of parts/groups.ts in plain TypeScript.

import { sumReference } from './sum.ts';

export interface GroupSizes {
  readonly positions: number;
  readonly channels: number;
  readonly groups: number;
}

/** The first channel of a group. */
export const firstOf = ({ channels, groups }: Omit<GroupSizes, 'positions'>, group: number): number =>
  Math.ceil((group * channels) / groups);

/** The mean of a term over a group of one sample, from its sums down the channels. */
export function groupMeanReference(sizes: GroupSizes, sums: Float32Array, group: number): number {
  const members = sums.subarray(firstOf(sizes, group), firstOf(sizes, group + 1));
  return Math.fround(sumReference(members.length, (i) => members[i]) / (sizes.positions * members.length));
}

export function channelSumsReference(
  { positions, channels }: GroupSizes,
  term: (position: number, channel: number) => number,
): Float32Array {
  const sums = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) sums[c] += term(p, c);
  }
  return sums;
}

export function groupMeansReference(
  sizes: GroupSizes,
  term: (position: number, channel: number) => number,
  finish: (mean: number, channel: number) => number = (mean) => mean,
): Float32Array {
  const means = channelSumsReference(sizes, term);
  for (let group = 0; group < sizes.groups; group++) {
    const [first, end] = [firstOf(sizes, group), firstOf(sizes, group + 1)];
    means.fill(finish(groupMeanReference(sizes, means, group), first), first, end);
  }
  return means;
}

/** Of one sample: its values less the mean of their group, and the inverse deviation for every channel. */
export function groupStatisticsReference(sizes: GroupSizes, x: Float32Array, epsilon: number) {
  const { channels } = sizes;
  const means = groupMeansReference(sizes, (p, c) => x[p * channels + c]);
  const centred = (p: number, c: number): number => Math.fround(x[p * channels + c] - means[c]);
  const square = (p: number, c: number): number => Math.fround(centred(p, c) * centred(p, c));
  const inverse = (variance: number): number =>
    Math.fround(1 / Math.fround(Math.sqrt(Math.fround(variance + epsilon))));
  return { centred, inverses: groupMeansReference(sizes, square, inverse) };
}
