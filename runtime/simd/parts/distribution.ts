// From the four words of a Philox block to the values of its four elements, as emitted code:
//
//   uniform  low + (high - low) * u, u in [0, 1); `high` itself only where rounding reaches it
//   normal   mean 0, standard deviation `scale`: elements 2i and 2i + 1 are scale * sqrt(-2 ln(1 - u)) times the cosine
//            and the sine of 2 pi v, u and v from their words; none beyond 5.8 deviations, as u has 24 bits.
//            Box and Muller, Ann. Math. Stat. 29 (1958)
//   signs    scale or -scale, by the first bit of the word
//
// The numbers are the same in every instruction set: nothing here is fused.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, type FloatParameter } from '../kernel.ts';
import type { Values } from './draw.ts';
import { log, sinCos2Pi } from './math.ts';
import { emitUniform } from './philox.ts';

type Floats<Name extends string, Value> = Readonly<Record<Name, Value>>;

export interface Distribution<Name extends string> {
  /** What is passed by value. */
  readonly floats: Floats<Name, FloatParameter>;
  values(k: Emitter, floats: Floats<Name, F32>): Values;
}

export const uniform: Distribution<'low' | 'high'> = {
  floats: { low: f32, high: f32 },
  values: (k, { low, high }) => {
    const range = k.let(high.sub(low));
    return (words) => words.map((word) => low.add(range.mul(emitUniform(word))));
  },
};

/** Two normal numbers of two words, by Box and Muller. */
export function normalPair(k: Emitter, words: readonly I32[], scale: F32 = k.f32(1)): [F32, F32] {
  const [u, v] = words.map(emitUniform);
  const radius = k.let(scale.mul(log(k, k.f32(1).sub(u)).mul(-2).sqrt()));
  const { sin, cos } = sinCos2Pi(k, v);
  return [radius.mul(cos), radius.mul(sin)];
}

export const normal: Distribution<'scale'> = {
  floats: { scale: f32 },
  values:
    (k, { scale }) =>
    ([a, b, c, d]) => [...normalPair(k, [a, b], scale), ...normalPair(k, [c, d], scale)],
};

export const signs: Distribution<'scale'> = {
  floats: { scale: f32 },
  values: (k, { scale }) => {
    const bits = k.let(scale.bits());
    return (words) => words.map((word) => bits.xor(word.and(1 << 31)).asFloat());
  },
};

export const distributions = { uniform, normal, signs } as const;
export type DistributionName = keyof typeof distributions;
