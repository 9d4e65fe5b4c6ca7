// i8_add: q <- q + x, kept within -127..127, for whole numbers x: steps along a direction, and the same steps back.

import { toInt } from '../../wasm/values.ts';
import { f32, i8, kernel, size, type Referenced } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { LIMIT } from '../parts/rounding.ts';

const parameters = { weight: i8.inOut('rows', PANEL), x: f32.in('rows', PANEL), rows: size };

export const i8_add = kernel('i8_add', parameters, (k, { weight, x, rows }) => {
  k.for(0, rows.shl(3), 4, (at) => {
    const stored = weight.vector(at);
    const moved = stored.toFloat().add(x.vector(at));
    stored.set(toInt(moved.pmin(LIMIT).pmax(-LIMIT)));
  });
});

export const reference = ({ weight, x, rows }: Referenced<typeof parameters>): void => {
  for (let at = 0; at < rows * PANEL; at++) {
    weight[at] = Math.trunc(Math.max(-LIMIT, Math.min(LIMIT, Math.fround(weight[at] + x[at]))));
  }
};
