// i32_draw_class: out[i] = a class drawn uniformly among 0..classes - 1 without not[i], of each sample its own: element
// 0 of the stream at (step, turn, sample[i]). Of a single class there is no other one: it is drawn itself.

import { drawnClassTrials } from '../cases/drawn-class.ts';
import { i32, kernel, size, type Referenced } from '../kernel.ts';
import { emitPhilox, philox4x32 } from '../parts/philox.ts';

const parameters = {
  out: i32.out('n'),
  not: i32.in('n'),
  sample: i32.in('n'),
  n: size,
  classes: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
};

export const i32_draw_class = kernel('i32_draw_class', parameters, (k, args) => {
  const { out, not, sample, n, classes, seed, stream, step, turn } = args;
  k.for(0, n, 1, (i) => {
    const [word] = emitPhilox(k, [k.i32(0), step, turn, k.let<typeof n>(sample.at(i))], [seed, stream]);
    const others = word.mulHigh(classes.sub(1)); // 0..classes - 2
    out.at(i).set(not.at(i).add(1).add(others).rem(classes));
  });
});

export const trials = drawnClassTrials;

export const reference = (args: Referenced<typeof parameters>): void => {
  const { out, not, sample, n, classes, seed, stream, step, turn } = args;
  for (let i = 0; i < n; i++) {
    const [word] = philox4x32([0, step, turn, sample[i]], [seed, stream]);
    const others = Math.floor((word * (classes - 1)) / 2 ** 32);
    out[i] = (not[i] + 1 + others) % classes;
  }
};
