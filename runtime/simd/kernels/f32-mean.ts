// f32_mean: out = (x[0] + ... + x[n - 1]) / n, of one or more numbers.

import { f32, kernel, size, type Referenced } from '../kernel.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  out: f32.out(1),
  x: f32.in('n'),
  n: size,
};

export const f32_mean = kernel('f32_mean', parameters, (k, { out, x, n }) => {
  out.at(0).set(k.sum(n, (i) => x.at(i)).div(n.toFloat()));
});

export const reference = ({ out, x, n }: Referenced<typeof parameters>): void => {
  out[0] = sumReference(n, (i) => x[i]) / n;
};
