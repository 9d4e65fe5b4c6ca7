// int_quantize_rne: q = x / scale, rounded to the nearest integer, ties to even, and kept within -127..127 or -7..7:
// floats as int8 or int4 with a scale for each column of a panel.

import { toInt } from '../../wasm/values.ts';
import { f32, family, kernel, pointers, size, type Referenced } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { LIMITS, wholes, type Whole } from '../parts/rounding.ts';
import { nearestEven } from '../twins/math.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (element: Whole) => ({
  out: pointers(element).out('rows', PANEL),
  x: f32.in('rows', PANEL),
  scale: f32.in(PANEL),
  rows: size,
});

export const int_quantize_rne = family(
  'int_quantize_rne',
  (element: Whole) => element,
  (element, name) =>
    kernel(name, parameters(element), (k, { out, x, scale, rows }) => {
      const limit = LIMITS[element];
      const scales = [0, 4].map((half) => k.let(scale.vector(half)));
      k.for(0, rows, 1, (row) => {
        scales.forEach((divisor, half) => {
          const at = k.let(row.shl(3).add(half * 4));
          const wanted = k.let(x.vector(at).div(divisor).nearest());
          out.vector(at).set(toInt(wanted.pmin(limit).pmax(-limit)));
        });
      });
    }),
);

export const variants = (): readonly Whole[] => wholes;

export const reference =
  (element: Whole) =>
  ({ out, x, scale, rows }: Referenced<ReturnType<typeof parameters>>): void => {
    const whole = wholeNumbers(element, out);
    for (let at = 0; at < rows * PANEL; at++) whole.set(at, nearestEven(Math.fround(x[at] / scale[at & 7])));
  };
