// i8_quantize_rne: q = x / scale, rounded to the nearest integer, ties to even, and kept within -127..127: floats as
// int8 with a scale for each column of a panel.

import { toInt } from '../../wasm/values.ts';
import { f32, i8, kernel, size, type Referenced } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { LIMIT } from '../parts/rounding.ts';
import { nearestEven } from '../twins/math.ts';

const parameters = {
  out: i8.out('rows', PANEL),
  x: f32.in('rows', PANEL),
  scale: f32.in(PANEL),
  rows: size,
};

export const i8_quantize_rne = kernel('i8_quantize_rne', parameters, (k, { out, x, scale, rows }) => {
  const scales = [0, 4].map((half) => k.let(scale.vector(half)));
  k.for(0, rows, 1, (row) => {
    scales.forEach((divisor, half) => {
      const at = k.let(row.shl(3).add(half * 4));
      const wanted = k.let(x.vector(at).div(divisor).nearest());
      out.vector(at).set(toInt(wanted.pmin(LIMIT).pmax(-LIMIT)));
    });
  });
});

export const reference = ({ out, x, scale, rows }: Referenced<typeof parameters>): void => {
  for (let at = 0; at < rows * PANEL; at++) {
    const wanted = nearestEven(Math.fround(x[at] / scale[at & 7]));
    out[at] = Math.max(-LIMIT, Math.min(LIMIT, wanted));
  }
};
