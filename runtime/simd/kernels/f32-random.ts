// f32_random: out[e * stride] = element first + e of a random stream at a step and turn, e = 0..n-1, by Philox
// (parts/philox.ts): uniform from `low` to `high`, normal or signs of a `scale` (parts/distribution.ts). With a stride,
// one column of a matrix is drawn and what lies between is left alone.

import type { F32 } from '../../wasm/values.ts';
import { f32, family, kernel, size, type Parameters, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { distributions, type Distribution, type DistributionName } from '../parts/distribution.ts';
import { draw } from '../parts/draw.ts';
import { philox4x32 } from '../parts/philox.ts';
import { distributionReferences } from '../twins/distribution.ts';

const parameters = {
  out: f32.out(({ n, stride }: Sizes) => (n === 0 ? 0 : (n - 1) * stride + 1)),
  n: size,
  stride: size,
  first: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
};

const distributionOf = (name: DistributionName): Distribution<string> => distributions[name];

export const f32_random = family(
  'f32_random',
  (distribution: DistributionName) => distribution,
  (distribution, name) => {
    const { floats, values } = distributionOf(distribution);
    const all: typeof parameters & Parameters = { ...parameters, ...floats };
    return kernel(name, all, (k, { out, n, stride, first, seed, stream, step, turn, ...given }) => {
      const range = { n, first, seed, stream, step, turn, vectors: stride.eq(1) };
      draw(k, range, values(k, given as unknown as Readonly<Record<string, F32>>), ({ width, index }, value) => {
        if (width === 1) out.at(index.mul(stride)).set(value);
        else out.vector(index).set(value);
      });
    });
  },
);

export const variants = (): DistributionName[] => Object.keys(distributions) as DistributionName[];
export const trials = (): Trials => ({
  cases: [
    [1, 1, 0],
    [23, 1, 1],
    [37, 1, -5],
    [40, 1, 4],
    [9, 3, 2],
    [6, 8, 0],
    [0, 1, 7],
  ].map(([n, stride, first]) => ({ n, stride, first, seed: -2, stream: 0x7ab1e, step: 3, turn: n % 3 })),
});

type Floats = Readonly<Record<string, number>>;

export const reference =
  (distribution: DistributionName) =>
  ({ out, n, stride, first, seed, stream, step, turn, ...floats }: Referenced<typeof parameters> & Floats): void => {
    const value = distributionReferences[distribution](floats);
    for (let e = 0; e < n; e++) {
      const element = (first + e) >>> 0;
      out[e * stride] = value(philox4x32([element >>> 2, step, turn, 0], [seed, stream]), element);
    }
  };
