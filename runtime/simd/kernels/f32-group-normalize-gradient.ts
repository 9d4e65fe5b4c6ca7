// f32_group_normalize_gradient: the gradient of f32_group_normalize with respect to x, from x and the gradient dy of
// its output, over each sample's groups:
//   dx = s (dy - M(dy) - c s^2 M(dy c))     c = x - M(x);  s = 1 / sqrt(M(c^2) + epsilon);  M: the mean over the group
// The statistics are computed again from x.

import { groupCases } from '../cases/groups.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { emitGroupMeans, emitGroupStatistics } from '../parts/groups.ts';
import { groupMeansReference, groupStatisticsReference } from '../twins/groups.ts';

const parameters = {
  dx: f32.out('batch', 'positions', 'channels'),
  means: f32.scratch('channels'),
  inverses: f32.scratch('channels'),
  shifts: f32.scratch('channels'),
  slopes: f32.scratch('channels'),
  x: f32.in('batch', 'positions', 'channels'),
  dy: f32.in('batch', 'positions', 'channels'),
  epsilon: f32,
  batch: size,
  positions: size,
  channels: size,
  groups: size,
};

export const f32_group_normalize_gradient = kernel('f32_group_normalize_gradient', parameters, (k, args) => {
  const { dx, means, inverses, shifts, slopes, epsilon, batch, positions, channels, groups } = args;
  const grouping = { positions, channels, groups };
  k.for(0, batch, 1, (sample) => {
    const offset = k.let(sample.mul(positions).mul(channels));
    const [x, dy] = [args.x.plus(offset), args.dy.plus(offset)];
    emitGroupStatistics(k, grouping, x, means, inverses, epsilon);
    emitGroupMeans(k, grouping, shifts, () => (read) => read(dy));
    emitGroupMeans(
      k,
      grouping,
      slopes,
      (c) => {
        const mean = k.let(means.at(c));
        return (read) => read(dy).mul(read(x).sub(mean));
      },
      (mean, channel) => {
        const inverse = k.let(inverses.at(channel));
        return mean.mul(inverse.mul(inverse));
      },
    );
    k.for(0, positions, 1, (position) => {
      const at = k.let(position.mul(channels));
      k.lanes(channels, (c) => {
        const slope = x.plus(at).at(c).sub(means.at(c)).mul(slopes.at(c));
        const difference = dy.plus(at).at(c).sub(shifts.at(c)).sub(slope);
        dx.plus(offset)
          .plus(at)
          .at(c)
          .set(difference.mul(inverses.at(c)));
      });
    });
  });
});

export const trials = (): Trials => ({
  inPlace: [
    ['dx', 'x'],
    ['dx', 'dy'],
  ],
  cases: groupCases(),
});

export const reference = ({ dx, x, dy, epsilon, batch, ...sizes }: Referenced<typeof parameters>): void => {
  const { positions, channels } = sizes;
  const perSample = positions * channels;
  const round = Math.fround;
  for (let sample = 0; sample < batch; sample++) {
    const offset = sample * perSample;
    const gradient = (p: number, c: number): number => dy[offset + p * channels + c];
    const { centred, inverses } = groupStatisticsReference(sizes, x.subarray(offset, offset + perSample), epsilon);
    const shifts = groupMeansReference(sizes, gradient);
    const slopes = groupMeansReference(
      sizes,
      (p, c) => round(gradient(p, c) * centred(p, c)),
      (mean, channel) => round(mean * round(inverses[channel] * inverses[channel])),
    );
    for (let p = 0; p < positions; p++) {
      for (let c = 0; c < channels; c++) {
        const difference = round(round(gradient(p, c) - shifts[c]) - round(centred(p, c) * slopes[c]));
        dx[offset + p * channels + c] = round(difference * inverses[c]);
      }
    }
  }
};
