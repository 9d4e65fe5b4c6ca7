// The step follows a measured table: its nodes stand evenly from the lower to the upper bound, lines between them.

import type { Constants } from './model.ts';
import type { Real } from '../parts/real.ts';
import type { Maths } from './real.ts';
import { stepModel } from './step.ts';

/** Nodes of each table: `up0`, `up1`, ... */
export const NODES = 9;
const numbers = Array.from({ length: NODES }, (_, node) => node);

export const piecewise = stepModel({
  name: 'piecewise',
  title: 'measured table',
  constants: Object.fromEntries(
    (['up', 'down'] as const).flatMap((way) =>
      numbers.map((node) => [`${way}${node}`, { about: `node ${node} of the step ${way}, over \`step\`` }]),
    ),
  ),
  size({ m, state, own: { up, down, high, low }, constants }) {
    const place = m.let(
      state
        .sub(low)
        .div(high.sub(low))
        .mul(NODES - 1)
        .pmax(0)
        .pmin(NODES - 1),
    );
    return { up: up.mul(tableAt(m, place, constants, 'up')), down: down.mul(tableAt(m, place, constants, 'down')) };
  },
});

/** Node 0, and from each node on what the line there adds: slope times the way into it. */
function tableAt<T extends Real<T>>(m: Maths<T>, place: T, constants: Constants, way: 'up' | 'down'): T {
  return numbers.slice(1).reduce(
    (sum, node) => {
      const rise = constants[`${way}${node}`] - constants[`${way}${node - 1}`];
      return m.let(
        sum.add(
          place
            .sub(node - 1)
            .pmax(0)
            .pmin(1)
            .mul(rise),
        ),
      );
    },
    m.constant(constants[`${way}0`]),
  );
}
