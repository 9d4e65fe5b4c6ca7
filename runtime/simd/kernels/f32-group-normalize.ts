// f32_group_normalize: y = (x - mean) / sqrt(variance + epsilon) over each sample's groups of neighbouring channels, at
// all positions; no gain, no bias, nothing between samples. Wu and He, ECCV 2018.
// (One group: f32_normalize 'layer' on rows of positions * channels does the same and is simpler.)

import { groupCases } from '../cases/groups.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { emitGroupStatistics } from '../parts/groups.ts';
import { groupStatisticsReference } from '../twins/groups.ts';

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

export const f32_group_normalize = kernel('f32_group_normalize', parameters, (k, args) => {
  const { out, means, inverses, x, epsilon, batch, positions, channels, groups } = args;
  const grouping = { positions, channels, groups };
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
