// f32_random: out[e * stride] = element first + e of a random stream at a step, e = 0..n-1, by Philox (philox.ts):
//   uniform  low + (high - low) * u, u in [0, 1); `high` itself only where rounding reaches it
//   normal   mean 0, standard deviation `scale`: elements 2i and 2i + 1 are scale * sqrt(-2 ln(1 - u)) times the cosine
//            and the sine of 2 pi v, u and v from their words; none beyond 5.8 deviations, as u has 24 bits.
//            Box and Muller, Ann. Math. Stat. 29 (1958)
//   signs    scale or -scale, by the first bit of the word
// With a stride, one column of a matrix is drawn and what lies between is left alone. The numbers are the same in every
// instruction set: nothing here is fused.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { draw, type Values } from '../parts/draw.ts';
import { f32, family, kernel, size, type FloatParameter, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { log, sinCos2Pi } from '../parts/math.ts';
import * as plain from '../twins/math.ts';
import { emitUniform, philox4x32, uniformFromWord, type Words4 } from '../parts/philox.ts';

export type Distribution = 'uniform' | 'normal' | 'signs';

const parameters = {
  out: f32.out(({ n, stride }: Sizes) => (n === 0 ? 0 : (n - 1) * stride + 1)),
  n: size,
  stride: size,
  first: size,
  seed: size,
  stream: size,
  step: size,
};

interface Distributed {
  readonly floats: Readonly<Record<string, FloatParameter>>;
  readonly values: (k: Emitter, floats: Readonly<Record<string, F32>>) => Values;
}

const distributions: Readonly<Record<Distribution, Distributed>> = {
  uniform: {
    floats: { low: f32, high: f32 },
    values: (k, { low, high }) => {
      const range = k.let(high.sub(low));
      return (words) => words.map((word) => low.add(range.mul(emitUniform(word))));
    },
  },
  normal: {
    floats: { scale: f32 },
    values:
      (k, { scale }) =>
      (words) =>
        [0, 2].flatMap((pair) => {
          const [u, v] = [words[pair], words[pair + 1]].map(emitUniform);
          const radius = k.let(scale.mul(log(k, k.f32(1).sub(u)).mul(-2).sqrt()));
          const { sin, cos } = sinCos2Pi(k, v);
          return [radius.mul(cos), radius.mul(sin)];
        }),
  },
  signs: {
    floats: { scale: f32 },
    values: (k, { scale }) => {
      const bits = k.let(scale.bits());
      return (words) => words.map((word) => bits.xor(word.and(1 << 31)).asFloat());
    },
  },
};

export const f32_random = family(
  'f32_random',
  (distribution: Distribution) => distribution,
  (distribution, name) => {
    const { floats, values } = distributions[distribution];
    const all = { ...parameters, ...floats };
    return kernel(name, all, (k, { out, n, stride, first, seed, stream, step, ...given }) => {
      const vectors = stride.eq(1);
      draw(k, { n, first, seed, stream, step, vectors }, values(k, given), ({ width, index }, value) => {
        if (width === 1) out.at(index.mul(stride)).set(value);
        else out.vector(index).set(value);
      });
    });
  },
);

export const variants = (): Distribution[] => Object.keys(distributions) as Distribution[];
export const trials = (): Trials => ({
  cases: [
    [1, 1, 0],
    [23, 1, 1],
    [37, 1, -5],
    [40, 1, 4],
    [9, 3, 2],
    [6, 8, 0],
    [0, 1, 7],
  ].map(([n, stride, first]) => ({ n, stride, first, seed: -2, stream: 0x7ab1e, step: 3 })),
});

type Floats = Readonly<Record<string, number>>;

/** The element's value, from the words of its block. */
const valueReference: Readonly<Record<Distribution, (words: Words4, element: number, floats: Floats) => number>> = {
  uniform: (words, element, { low, high }) => {
    const range = Math.fround(high - low);
    return Math.fround(low + Math.fround(range * uniformFromWord(words[element & 3])));
  },
  normal: (words, element, { scale }) => {
    const [u, v] = [words[element & 2], words[(element & 2) + 1]].map(uniformFromWord);
    const radius = Math.fround(scale * Math.fround(Math.sqrt(Math.fround(-2 * plain.log(Math.fround(1 - u))))));
    const { sin, cos } = plain.sinCos2Pi(v);
    return Math.fround(radius * (element & 1 ? sin : cos));
  },
  signs: (words, element, { scale }) => (words[element & 3] >>> 31 ? -scale : scale),
};

export const reference =
  (distribution: Distribution) =>
  ({ out, n, stride, first, seed, stream, step, ...floats }: Referenced<typeof parameters> & Floats): void => {
    for (let e = 0; e < n; e++) {
      const element = (first + e) >>> 0;
      const words = philox4x32([element >>> 2, step, 0, 0], [seed, stream]);
      out[e * stride] = valueReference[distribution](words, element, floats);
    }
  };
