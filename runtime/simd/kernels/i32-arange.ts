// i32_arange: out[i] = i, for i = 0..n - 1.

import { i32, kernel, size, type Referenced } from '../kernel.ts';

const parameters = { out: i32.out('n'), n: size };

export const i32_arange = kernel('i32_arange', parameters, (k, { out, n }) => {
  k.for(0, n, 1, (i) => out.at(i).set(i));
});

export const reference = ({ out, n }: Referenced<typeof parameters>): void => {
  for (let i = 0; i < n; i++) out[i] = i;
};
