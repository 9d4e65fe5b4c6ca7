// Groups of neighbouring channels, of about as many channels each: channel c of `channels` is in group
// floor(c * groups / channels). Sums are taken down the channels first and then across each group, so that vectors run
// along the channels even where a group has only one or two.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { sumColumns, type Term } from './columns.ts';

/** How one sample divides into groups. */
export interface Grouping {
  readonly positions: I32;
  readonly channels: I32;
  readonly groups: I32;
}

export interface Group {
  readonly index: I32;
  /** Its first channel. */
  readonly first: I32;
  /** How many channels it has. */
  readonly width: I32;
}

/** Goes through the first `count` groups, without being told through all. */
export function forGroups(
  k: Emitter,
  { channels, groups }: Omit<Grouping, 'positions'>,
  body: (group: Group) => void,
  count = groups,
): void {
  const from = (index: I32): I32 => k.let(index.mul(channels).add(groups.sub(1)).div(groups));
  k.for(0, count, 1, (index) => {
    const first = from(index);
    body({ index, first, width: k.let(from(index.add(1)).sub(first)) });
  });
}

/** The mean of a term over each of the first `count` groups; `sums`, of the channels, is working space. */
export function forGroupMeans(
  k: Emitter,
  grouping: Grouping,
  sums: Pointer<'f32'>,
  term: Term,
  body: (mean: F32, group: Group) => void,
  count?: I32,
): void {
  const { positions, channels } = grouping;
  sumColumns(k, { rows: positions, columns: channels, stride: channels }, term, (c, sum) => sums.at(c).set(sum));
  const meanOf = ({ first, width }: Group): F32 =>
    k.sum(width, (i) => sums.plus(first).at(i)).div(positions.mul(width).toFloat());
  forGroups(k, grouping, (group) => body(meanOf(group), group), count);
}

/** Writes to every channel the mean of a term over the channel's group, or what `finish` makes of it. */
export function emitGroupMeans(
  k: Emitter,
  grouping: Grouping,
  means: Pointer<'f32'>,
  term: Term,
  finish: (mean: F32, channel: I32) => F32 = (mean) => mean,
): void {
  forGroupMeans(k, grouping, means, term, (mean, { first, width }) => {
    const finished = k.let(finish(mean, first));
    k.lanes(width, (i) => means.plus(first).at(i).set(finished));
  });
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
