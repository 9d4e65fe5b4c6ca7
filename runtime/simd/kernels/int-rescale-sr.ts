// int_rescale_sr: columns of int8 or int4 weights that hold a value at the limit get twice the scale and half the
// values, odd ones rounded up or down by chance (parts/rounding.ts); the others stay as they are, unless all share one
// scale. What was counted as clipped begins anew.

import type { Emitter } from '../../wasm/emitter.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { DICE, throwDice, thrownSizes, type Dice } from '../parts/dice.ts';
import { padded, PANEL, panelCount, panelIndex } from '../parts/panels.ts';
import { HEALTH, LIMITS, roundedWeight, type Whole } from '../parts/rounding.ts';
import { forTiles } from '../parts/tile.ts';
import { diceReference } from '../twins/dice.ts';
import { nearestEven } from '../twins/math.ts';
import { wholeNumbers } from '../twins/rounding.ts';

export interface Rescaling {
  readonly element: Whole;
  /** Whether all columns have the same scale. */
  readonly shared: boolean;
}

const parameters = (element: Whole) => ({
  ...roundedWeight(element, 'rows'),
  scale: f32.inOut(padded('columns')),
  rows: size,
});
type Args = Emitted<ReturnType<typeof parameters>>;

export const int_rescale_sr = family(
  'int_rescale_sr',
  ({ element, shared }: Rescaling) => (shared ? `${element}_shared` : element),
  ({ element, shared }, name) =>
    kernel(name, parameters(element), (k, args) => {
      const { health } = args;
      const dice = throwDice(k, args);
      const isFull = (panel: I32) => largestOf(k, args, panel).map((largest) => largest.ge(LIMITS[element]));
      if (shared) {
        const some = k.var(k.i32(0));
        forPanels(k, args, (panel) => {
          const [low, high] = isFull(panel);
          k.if(low.or(high).any(), () => some.set(1));
        });
        k.if(some.eq(1), () => {
          const half = k.let(k.f32x4(0.5));
          forPanels(k, args, (panel, column) => halve(k, args, dice, { panel, column }, [half, half]));
        });
      } else {
        forPanels(k, args, (panel, column) => {
          const full = isFull(panel);
          k.if(full[0].or(full[1]).any(), () => {
            const factors = full.map((mask) => k.let(mask.select(k.f32x4(0.5), k.f32x4(1))));
            halve(k, args, dice, { panel, column }, factors);
          });
        });
      }
      health.at(HEALTH.clipped).set(0);
    }),
);

const forPanels = (k: Emitter, { rows, columns }: Args, body: (panel: I32, column: I32) => void): void =>
  k.for(0, columns, PANEL, (column) => body(k.let(column.mul(rows)), column));

/** The largest |q| of each column of a panel. */
function largestOf(k: Emitter, { weight, rows }: Args, panel: I32): F32[] {
  const largest = [0, 1].map(() => k.var(k.f32x4(0)));
  k.for(0, rows, 1, (row) => {
    largest.forEach((most, half) => {
      const q = k.let(
        weight
          .vector(panel.add(row.shl(3)).add(half * 4))
          .toFloat()
          .abs(),
      );
      most.set(most.pmax(q));
    });
  });
  return largest;
}

interface Panel {
  /** The element at which it begins. */
  readonly panel: I32;
  readonly column: I32;
}

/** Of each column values times its factor, and the scale over it. A whole value stays, because nearest(q + u) is q. */
function halve(k: Emitter, args: Args, dice: Dice, { panel, column }: Panel, factors: readonly F32[]): void {
  const { weight, scale, rows } = args;
  forTiles(k, rows, (row, count) => {
    const index = k.let(panel.add(row.shl(3)));
    dice.rows(index, count).forEach((us, r) => {
      us.forEach((u, half) => {
        const stored = weight.vector(index.add(r * PANEL + half * 4));
        const halved = stored.toFloat().mul(factors[half]);
        stored.set(toInt(halved.add(u.mul(1 / DICE)).nearest()));
      });
    });
  });
  factors.forEach((factor, half) => {
    const scales = scale.plus(column).vector(half * 4);
    scales.set(scales.div(factor));
  });
}

export const variants = (): Rescaling[] => [
  { element: 'i8', shared: false },
  { element: 'i8', shared: true },
  { element: 'i4', shared: false },
];
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [300, 20],
    [25, 9],
  ].map(([rows, columns]) => ({ rows, columns, ...thrownSizes })),
});

export const reference =
  ({ element, shared }: Rescaling) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { scale, health, rows, columns } = args;
    const weight = wholeNumbers(element, args.weight);
    const all = Array.from({ length: panelCount(columns) * PANEL }, (_, o) =>
      Array.from({ length: rows }, (_, row) => panelIndex(rows, row, o)),
    );
    const dice = diceReference(args);
    const isFull = (places: readonly number[]) => places.some((at) => Math.abs(weight.at(at)) >= LIMITS[element]);
    const full = all.map(isFull);
    all.forEach((places, o) => {
      if (!(shared ? full.includes(true) : full[o])) return;
      for (const at of places) weight.set(at, nearestEven(Math.fround(weight.at(at) * 0.5 + dice(at) / DICE)));
      scale[o] *= 2;
    });
    health[HEALTH.clipped] = 0;
  };
