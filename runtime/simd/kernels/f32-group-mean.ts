// f32_group_mean: out[b][g] = the mean of x[b], or of its squares, over group g of its channels, at all positions; 0 in
// columns behind the last group. Without columns for all groups, the last ones are left out.

import { groupCases } from '../cases/groups.ts';
import { f32, family, kernel, size, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import type { Term } from '../parts/columns.ts';
import { forGroupMeans } from '../parts/groups.ts';
import { channelSumsReference, groupMeanReference } from '../twins/groups.ts';

export type GroupTerm = 'value' | 'square';

const parameters = {
  out: f32.out('batch', 'columns'),
  sums: f32.scratch('channels'),
  x: f32.in('batch', 'positions', 'channels'),
  batch: size,
  positions: size,
  channels: size,
  groups: size,
  columns: size,
};

export const groupMeanCases = (): Sizes[] =>
  groupCases().flatMap((sizes) => [0, 1, -1].map((more) => ({ ...sizes, columns: sizes.groups + more })));

export const f32_group_mean = family(
  'f32_group_mean',
  (of: GroupTerm) => of,
  (of, name) =>
    kernel(name, parameters, (k, { out, sums, x, batch, positions, channels, groups, columns }) => {
      const known = k.let(columns.lt(groups).selectInt(columns, groups));
      k.for(0, batch, 1, (sample) => {
        const row = out.plus(k.let(sample.mul(columns)));
        const image = x.plus(k.let(sample.mul(positions).mul(channels)));
        const square: Term = () => (read) => {
          const value = k.let(read(image));
          return value.mul(value);
        };
        k.lanes(columns, (c) => row.at(c).set(0));
        forGroupMeans(
          k,
          { positions, channels, groups },
          sums,
          of === 'square' ? square : () => (read) => read(image),
          (mean, { index }) => row.at(index).set(mean),
          known,
        );
      });
    }),
);

export const variants = (): readonly GroupTerm[] => ['value', 'square'];
export const trials = (): Trials => ({ cases: groupMeanCases() });

export const reference =
  (of: GroupTerm) =>
  ({ out, x, batch, columns, ...sizes }: Referenced<typeof parameters>): void => {
    const { positions, channels, groups } = sizes;
    const term = (value: number): number => (of === 'square' ? Math.fround(value * value) : value);
    out.fill(0, 0, batch * columns);
    for (let sample = 0; sample < batch; sample++) {
      const image = x.subarray(sample * positions * channels);
      const sums = channelSumsReference(sizes, (p, c) => term(image[p * channels + c]));
      for (let group = 0; group < Math.min(groups, columns); group++) {
        out[sample * columns + group] = groupMeanReference(sizes, sums, group);
      }
    }
  };
