// f32_group_normalize: y = (x - mean) / sqrt(variance + epsilon) over each sample's groups of neighbouring channels, at
// all positions; no gain, no bias, nothing between samples. Wu and He, ECCV 2018. Groups divide the channels evenly.
// (One group: f32_normalize 'layer' on rows of positions * channels does the same and is simpler.)
//
// Sums are taken down the channels first and then across each group, so that vectors run along the channels even where
// a group has only one or two.

import { sumColumns, type Term } from '../parts/columns.ts';
import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, kernel, size, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  out: f32.out('batch', 'positions', 'channels'),
  means: f32.scratch('channels'),
  inverses: f32.scratch('channels'),
  x: f32.in('batch', 'positions', 'channels'),
  epsilon: f32,
  batch: size,
  positions: size,
  channels: size,
  groups: size,
};

export const groupCases = (): Sizes[] =>
  [
    [1, 1, 1, 1],
    [2, 5, 6, 3],
    [2, 9, 8, 2],
    [1, 7, 20, 5],
    [3, 4, 27, 3],
  ].map(([batch, positions, channels, groups]) => ({ batch, positions, channels, groups }));

export const f32_group_normalize = kernel('f32_group_normalize', parameters, (k, args) => {
  const { out, means, inverses, x, epsilon, batch, positions, channels, groups } = args;
  const grouping = emitGrouping(k, positions, channels, groups);
  k.for(0, batch, 1, (sample) => {
    const offset = k.let(sample.mul(positions).mul(channels));
    emitGroupStatistics(k, grouping, x.plus(offset), means, inverses, epsilon);
    k.for(0, positions, 1, (position) => {
      const at = k.let(offset.add(position.mul(channels)));
      k.lanes(channels, (c) => {
        out
          .plus(at)
          .at(c)
          .set(x.plus(at).at(c).sub(means.at(c)).mul(inverses.at(c)));
      });
    });
  });
});

export const trials = (): Trials => ({ inPlace: [['out', 'x']], cases: groupCases() });

/** How one sample divides into groups. */
export interface Grouping {
  readonly positions: I32;
  readonly channels: I32;
  readonly groups: I32;
  /** Channels of a group. */
  readonly width: I32;
  /** Elements of a group. */
  readonly count: F32;
}

export function emitGrouping(k: Emitter, positions: I32, channels: I32, groups: I32): Grouping {
  const width = k.let(channels.div(groups));
  return { positions, channels, groups, width, count: k.let(positions.mul(width).toFloat()) };
}

/** Writes, for every channel of one sample, the mean and the inverse deviation of its group. */
export function emitGroupStatistics(
  k: Emitter,
  grouping: Grouping,
  x: Pointer<'f32'>,
  means: Pointer<'f32'>,
  inverses: Pointer<'f32'>,
  epsilon: F32,
): void {
  emitGroupMeans(k, grouping, means, () => (read) => read(x));
  emitGroupMeans(
    k,
    grouping,
    inverses,
    (c) => {
      const mean = k.let(means.at(c));
      return (read) => {
        const centred = k.let(read(x).sub(mean));
        return centred.mul(centred);
      };
    },
    (variance) => k.f32(1).div(variance.add(epsilon).sqrt()),
  );
}

/** Writes to every channel the mean of a term over the channel's group, or what `finish` makes of it. */
export function emitGroupMeans(
  k: Emitter,
  { positions, channels, groups, width, count }: Grouping,
  means: Pointer<'f32'>,
  term: Term,
  finish: (mean: F32, channel: I32) => F32 = (mean) => mean,
): void {
  sumColumns(k, { rows: positions, columns: channels, stride: channels }, term, (c, sum) => means.at(c).set(sum));
  k.for(0, groups, 1, (group) => {
    const channel = k.let(group.mul(width));
    const members = means.plus(channel);
    const mean = k.sum(width, (i) => members.at(i)).div(count);
    const finished = k.let(finish(mean, channel));
    k.lanes(width, (i) => members.at(i).set(finished));
  });
}

export interface GroupSizes {
  readonly positions: number;
  readonly channels: number;
  readonly groups: number;
}

export function groupMeansReference(
  { positions, channels, groups }: GroupSizes,
  term: (position: number, channel: number) => number,
  finish: (mean: number, channel: number) => number = (mean) => mean,
): Float32Array {
  const means = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) means[c] += term(p, c);
  }
  const width = Math.floor(channels / groups);
  for (let group = 0; group < groups; group++) {
    const members = means.subarray(group * width, (group + 1) * width);
    const mean = Math.fround(sumReference(width, (i) => members[i]) / (positions * width));
    members.fill(finish(mean, group * width));
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

export const reference = ({ out, x, epsilon, batch, ...sizes }: Referenced<typeof parameters>): void => {
  const { positions, channels } = sizes;
  const perSample = positions * channels;
  for (let sample = 0; sample < batch; sample++) {
    const offset = sample * perSample;
    const { centred, inverses } = groupStatisticsReference(sizes, x.subarray(offset, offset + perSample), epsilon);
    for (let p = 0; p < positions; p++) {
      for (let c = 0; c < channels; c++) out[offset + p * channels + c] = Math.fround(centred(p, c) * inverses[c]);
    }
  }
};
