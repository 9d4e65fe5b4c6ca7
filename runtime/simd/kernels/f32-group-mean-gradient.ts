// f32_group_mean_gradient: the gradient of f32_group_mean with respect to x, which is the same at every position:
//   dx[b][c] = dy[b][g] / (positions * channels in g) for channel c in group g;   0 where dy has no column for g

import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { forGroups } from '../parts/groups.ts';
import { firstOf } from '../twins/groups.ts';
import { groupMeanCases } from './f32-group-mean.ts';

const parameters = {
  dx: f32.out('batch', 'channels'),
  dy: f32.in('batch', 'columns'),
  batch: size,
  positions: size,
  channels: size,
  groups: size,
  columns: size,
};

export const f32_group_mean_gradient = kernel('f32_group_mean_gradient', parameters, (k, args) => {
  const { dx, dy, batch, positions, channels, groups, columns } = args;
  const known = k.let(columns.lt(groups).selectInt(columns, groups));
  k.for(0, batch, 1, (sample) => {
    const row = dx.plus(k.let(sample.mul(channels)));
    k.lanes(channels, (c) => row.at(c).set(0));
    forGroups(
      k,
      { channels, groups },
      ({ index, first, width }) => {
        const share = k.let(dy.plus(sample.mul(columns)).at(index).div(positions.mul(width).toFloat()));
        k.lanes(width, (i) => row.plus(first).at(i).set(share));
      },
      known,
    );
  });
});

export const trials = (): Trials => ({ cases: groupMeanCases() });

export function reference({ dx, dy, batch, ...sizes }: Referenced<typeof parameters>): void {
  const { positions, channels, groups, columns } = sizes;
  dx.fill(0, 0, batch * channels);
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < Math.min(groups, columns); group++) {
      const [first, end] = [firstOf(sizes, group), firstOf(sizes, group + 1)];
      const share = dy[sample * columns + group] / (positions * (end - first));
      dx.fill(share, sample * channels + first, sample * channels + end);
    }
  }
}
