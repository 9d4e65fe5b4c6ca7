// i8_rescale_sr: columns of int8 weights that hold a value at the limit get twice the scale and half the values, odd
// ones rounded up or down by chance (parts/rounding.ts); the others stay as they are. What was counted as clipped
// begins anew.

import type { Emitter } from '../../wasm/emitter.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { f32, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { padded, PANEL, panelCount, panelIndex } from '../parts/panels.ts';
import { drawRows, HEALTH, LIMIT, roundedWeight, roundingSizes } from '../parts/rounding.ts';
import { forTiles } from '../parts/tile.ts';
import { drawReference } from '../twins/rounding.ts';

const parameters = { ...roundedWeight('rows'), scale: f32.inOut(padded('columns')), rows: size };
type Args = Emitted<typeof parameters>;

export const i8_rescale_sr = kernel('i8_rescale_sr', parameters, (k, args) => {
  const { scale, health, rows, columns } = args;
  k.for(0, columns, PANEL, (column) => {
    const panel = k.let(column.mul(rows));
    const largest = largestOf(k, args, panel);
    const isFull = (half: number) => largest[half].ge(LIMIT);
    k.if(isFull(0).or(isFull(1)).any(), () => {
      const factors = [0, 1].map((half) => k.let(isFull(half).select(k.f32x4(0.5), k.f32x4(1))));
      halve(k, args, panel, factors);
      factors.forEach((factor, half) => {
        const scales = scale.plus(column).vector(half * 4);
        scales.set(scales.div(factor));
      });
    });
  });
  health.at(HEALTH.clipped).set(0);
});

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

/** A whole value stays whole, because floor(q + u) is q. */
function halve(k: Emitter, args: Args, panel: I32, factors: readonly F32[]): void {
  const { weight, rows } = args;
  forTiles(k, rows, (row, count) => {
    const index = k.let(panel.add(row.shl(3)));
    drawRows(k, args, index, count).forEach((us, r) => {
      us.forEach((u, half) => {
        const stored = weight.vector(index.add(r * PANEL + half * 4));
        stored.set(toInt(stored.toFloat().mul(factors[half]).add(u).floor()));
      });
    });
  });
}

export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [300, 20],
    [25, 9],
  ].map(([rows, columns]) => ({ rows, columns, ...roundingSizes })),
});

export const reference = (args: Referenced<typeof parameters>): void => {
  const { weight, scale, health, rows, columns } = args;
  for (let o = 0; o < panelCount(columns) * PANEL; o++) {
    const places = Array.from({ length: rows }, (_, row) => panelIndex(rows, row, o));
    if (!places.some((at) => Math.abs(weight[at]) >= LIMIT)) continue;
    for (const at of places) weight[at] = Math.floor(Math.fround(weight[at] * 0.5 + drawReference(args, at)));
    scale[o] *= 2;
  }
  health[HEALTH.clipped] = 0;
};
