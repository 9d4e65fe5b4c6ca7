// int_add: q <- q + x, kept within -127..127 or -7..7, for whole numbers x: steps along a direction, and the same steps
// back.

import { toInt } from '../../wasm/values.ts';
import { f32, family, kernel, pointers, size, type Referenced } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { LIMITS, wholes, type Whole } from '../parts/rounding.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (element: Whole) => ({
  weight: pointers(element).inOut('rows', PANEL),
  x: f32.in('rows', PANEL),
  rows: size,
});

export const int_add = family(
  'int_add',
  (element: Whole) => element,
  (element, name) =>
    kernel(name, parameters(element), (k, { weight, x, rows }) => {
      const limit = LIMITS[element];
      k.for(0, rows.shl(3), 4, (at) => {
        const stored = weight.vector(at);
        const moved = stored.toFloat().add(x.vector(at));
        stored.set(toInt(moved.pmin(limit).pmax(-limit)));
      });
    }),
);

export const variants = (): readonly Whole[] => wholes;

export const reference =
  (element: Whole) =>
  ({ weight, x, rows }: Referenced<ReturnType<typeof parameters>>): void => {
    const whole = wholeNumbers(element, weight);
    for (let at = 0; at < rows * PANEL; at++) whole.set(at, Math.trunc(Math.fround(whole.at(at) + x[at])));
  };
