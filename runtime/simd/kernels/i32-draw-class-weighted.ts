// i32_draw_class_weighted: out[i] = a class among 0..classes - 1 without not[i], drawn in proportion to the weights of
// row i, of each sample its own: element 0 of the stream at (step, turn, sample[i]). It is the last other class whose
// weights before it sum to at most u times those of all others, u in [0, 1). Of a single class it is that one itself.

import type { F32 } from '../../wasm/values.ts';
import { drawnClassTrials } from '../cases/drawn-class.ts';
import { f32, i32, kernel, size, type Referenced } from '../kernel.ts';
import { emitPhilox, emitUniform, philox4x32, uniformFromWord } from '../parts/philox.ts';

const parameters = {
  out: i32.out('n'),
  not: i32.in('n'),
  weights: f32.in('n', 'classes'),
  sample: i32.in('n'),
  n: size,
  classes: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
};

export const i32_draw_class_weighted = kernel('i32_draw_class_weighted', parameters, (k, args) => {
  const { out, not, weights, sample, n, classes, seed, stream, step, turn } = args;
  k.for(0, n, 1, (i) => {
    const own = k.let(not.at(i));
    const row = k.let(i.mul(classes));
    const [word] = emitPhilox(k, [k.i32(0), step, turn, k.let<typeof n>(sample.at(i))], [seed, stream]);
    const sum = k.var<F32>(k.f32(0));
    const others = (visit: (c: typeof n) => void): void => {
      sum.set(k.f32(0));
      k.for(0, classes, 1, (c) => {
        k.if(c.ne(own), () => {
          visit(c);
          sum.set(sum.add(weights.at(row.add(c))));
        });
      });
    };
    others(() => {});
    const most = k.let(sum.mul(emitUniform(word)));
    const chosen = k.var(own.add(1).rem(classes));
    others((c) => {
      k.if(sum.le(most), () => {
        chosen.set(c);
      });
    });
    out.at(i).set(chosen);
  });
});

export const trials = drawnClassTrials;

export const reference = (args: Referenced<typeof parameters>): void => {
  const { out, not, weights, sample, n, classes, seed, stream, step, turn } = args;
  for (let i = 0; i < n; i++) {
    const [word] = philox4x32([0, step, turn, sample[i]], [seed, stream]);
    const row = weights.subarray(i * classes, (i + 1) * classes);
    const others = [...row.keys()].filter((c) => c !== not[i]);
    const most = Math.fround(others.reduce((sum, c) => Math.fround(sum + row[c]), 0) * uniformFromWord(word));
    out[i] = (not[i] + 1) % classes;
    let before = 0;
    for (const c of others) {
      if (before <= most) out[i] = c;
      before = Math.fround(before + row[c]);
    }
  }
};
