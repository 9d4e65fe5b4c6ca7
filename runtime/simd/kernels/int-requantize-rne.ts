// int_requantize_rne: floats in panels (panels.ts) as int8 or int4, with scales that make the largest of each column
// the limit; rounded to the nearest, ties to even. A column of zeros keeps its scale.

import { toInt } from '../../wasm/values.ts';
import { f32, family, kernel, pointers, size, type Referenced } from '../kernel.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { LIMITS, wholes, type Whole } from '../parts/rounding.ts';
import { nearestEven } from '../twins/math.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (element: Whole) => ({
  out: pointers(element).out('rows', padded('columns')),
  scale: f32.inOut(padded('columns')),
  x: f32.in('rows', padded('columns')),
  rows: size,
  columns: size,
});

export const int_requantize_rne = family(
  'int_requantize_rne',
  (element: Whole) => element,
  (element, name) =>
    kernel(name, parameters(element), (k, { out, scale, x, rows, columns }) => {
      const limit = LIMITS[element];
      k.for(0, columns, PANEL, (column) => {
        const panel = k.let(column.mul(rows));
        const largest = [0, 4].map(() => k.var(k.f32x4(0)));
        k.for(0, rows, 1, (row) => {
          const from = k.let(panel.add(row.shl(3)));
          largest.forEach((most, half) => most.set(most.pmax(k.let(x.vector(from.add(half * 4)).abs()))));
        });
        const scales = largest.map((most, half) => {
          const kept = scale.vector(column.add(half * 4));
          kept.set(k.let(most.gt(0).select(most.div(limit), kept)));
          return k.let(kept);
        });
        k.for(0, rows, 1, (row) => {
          scales.forEach((divisor, half) => {
            const at = k.let(panel.add(row.shl(3)).add(half * 4));
            const wanted = k.let(x.vector(at).div(divisor).nearest());
            out.vector(at).set(toInt(wanted.pmin(limit).pmax(-limit)));
          });
        });
      });
    }),
);

export const variants = (): readonly Whole[] => wholes;

export const reference =
  (element: Whole) =>
  ({ out, scale, x, rows, columns }: Referenced<ReturnType<typeof parameters>>): void => {
    const whole = wholeNumbers(element, out);
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      const places = Array.from({ length: rows }, (_, row) => panelIndex(rows, row, o));
      const most = places.reduce((largest, at) => (Math.abs(x[at]) > largest ? Math.abs(x[at]) : largest), 0);
      if (most > 0) scale[o] = most / LIMITS[element];
      for (const at of places) whole.set(at, nearestEven(Math.fround(x[at] / scale[o])));
    }
  };
