// f32_dropout: out[i] = x[i] / (1 - rate) where u[i] >= rate, else 0; u uniform in [0, 1) from (seed, stream, step, i).
// The mask is not kept: the backward pass calls the same kernel with the same four numbers on delta.
// Srivastava et al., JMLR 15 (2014), in the inverted form, which leaves prediction unscaled.

import { draw } from '../parts/draw.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { emitUniform, uniformFromWord, wordReader } from '../parts/philox.ts';

const parameters = {
  out: f32.out('n'),
  x: f32.in('n'),
  rate: f32,
  seed: size,
  stream: size,
  step: size,
  n: size,
};

export const f32_dropout = kernel('f32_dropout', parameters, (k, { out, x, rate, seed, stream, step, n }) => {
  const keep = k.let(k.f32(1).sub(rate));
  draw(
    k,
    { seed, stream, step, first: k.i32(0), n },
    (words) => words.map(emitUniform),
    (i, uniform) => out.at(i).set(uniform.ge(rate).select(x.at(i).div(keep), 0)),
  );
});

export const trials = (): Trials => ({ inPlace: [['out', 'x']] });

export const reference = ({ out, x, rate, seed, stream, step, n }: Referenced<typeof parameters>): void => {
  const keep = Math.fround(1 - rate);
  const word = wordReader(seed, stream, step);
  for (let i = 0; i < n; i++) {
    out[i] = uniformFromWord(word()) >= rate ? Math.fround(x[i] / keep) : 0;
  }
};
