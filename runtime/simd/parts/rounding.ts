// Stochastic rounding: how a change reaches weights that are kept as int8 or int4 with a scale for each column,
// W = scale q.
//
//   q <- q + floor(change / scale + u),   u uniform in (0, 1),   kept within -127..127 or -7..7
//
// There is no float copy: the mean of W moves by the change, and no change moves nothing. A change that is not finite
// leaves its weight alone and is counted, so that no NaN becomes a number unseen; what ran into a limit is counted too.
//
// u is f(seed, stream, step, turn, element). Half a word is enough, u = (half + 1/2) / 65536, so a Philox block of four
// words serves a row of a panel: word e & 3 of block e >>> 3, its lower half in columns 0..3, its upper half in 4..7.
// Changes below 2^-17 of a step are lost, those up and those down alike.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import { toInt, type F32, type I32, type Mask } from '../../wasm/values.ts';
import { f32, i32, pointers, size, type Axis, type Emitted } from '../kernel.ts';
import { sampleUpdates } from '../cases/updates.ts';
import { transpose } from './draw.ts';
import type { GradientTile } from './gradient-tiles.ts';
import { padded, PANEL } from './panels.ts';
import { emitPhilox } from './philox.ts';
import { changing, updateParameters, type Update } from './update.ts';

/** The largest value; -128 and -8 are not used, so that weights are symmetric. */
export const LIMITS = { i8: 127, i4: 7 } as const;

/** How whole numbers are kept. */
export type Whole = keyof typeof LIMITS;
export const wholes: readonly Whole[] = ['i8', 'i4'];

/** An update, and how what it changes is kept. */
export interface WholeUpdate {
  readonly update: Update;
  readonly element: Whole;
}

export const wholeUpdateKey = ({ update, element }: WholeUpdate): string => `${element}_${update.name}`;
export const sampleWholeUpdates = (): WholeUpdate[] => [
  ...sampleUpdates.map((update) => ({ update, element: 'i8' as const })),
  { update: sampleUpdates[0], element: 'i4' },
];

/** The words of `health`. */
export const HEALTH = { nonFinite: 0, clipped: 1 } as const;

/** The parameters of what rounds: `first` is the element number of the first weight, a multiple of eight. */
export const roundedWeight = (element: Whole, ...shape: Axis[]) => ({
  weight: pointers(element).inOut(...shape, padded('columns')),
  scale: f32.in(padded('columns')),
  health: i32.inOut(2),
  columns: size,
  first: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
});

/** Some of them, for the generic test. */
export const roundingSizes = { first: 24, seed: -2, stream: 0x7ab1e, step: 3, turn: 1 } as const;

export type Rounded = Emitted<ReturnType<typeof roundedWeight>>;

/** All parameters, those of the update included. */
export const roundingParameters = ({ update, element }: WholeUpdate, ...shape: Axis[]) => ({
  ...roundedWeight(element, ...shape),
  ...updateParameters(update, [...shape, padded('columns')]),
});

/** Reads the hyper-parameters, hands `body` what spends gradients, and adds up what it counted. */
export function rounding(
  k: Emitter,
  { update, element }: WholeUpdate,
  args: Rounded,
  body: (spend: (tile: GradientTile) => void) => void,
): void {
  const { weight, scale, health } = args;
  const change = changing(k, update, args);
  const limit = LIMITS[element];
  const [nonFinite, clipped] = [k.var(k.i32x4(0)), k.var(k.i32x4(0))];

  body(({ column, index, rows }) => {
    const scales = [0, 4].map((half) => k.let(scale.plus(column).vector(half)));
    const at = (row: number, half: number): I32 => index.add(row * PANEL + half * 4);
    const moves = rows.map((halves, row) =>
      halves.map((gradient, half) => {
        const place = { width: 4, index: at(row, half) } as const;
        const meant = weight.at(place).toFloat().mul(scales[half]);
        return k.let(change(place, meant, gradient).div(scales[half]));
      }),
    );
    // Nothing is drawn where nothing moves: at the dark rim of images.
    const isMoved = moves.flat().map((move) => move.ne(0));
    k.if(isMoved.reduce((some: Mask, other) => some.or(other)).any(), () => {
      drawRows(k, args, index, rows.length).forEach((us, row) =>
        us.forEach((u, half) => {
          const [move, stored] = [moves[row][half], weight.vector(at(row, half))];
          const before = k.let(stored.toFloat());
          const isNumber = move.sub(move).eq(0);
          const after = k.let(isNumber.select(before.add(move.add(u).floor()), before));
          nonFinite.set(nonFinite.add(isNumber.selectInt(0, 1)));
          clipped.set(clipped.add(after.abs().gt(limit).selectInt(1, 0)));
          stored.set(toInt(after.pmin(limit).pmax(-limit)));
        }),
      );
    });
  });

  addLanes(health.at(HEALTH.nonFinite), nonFinite);
  addLanes(health.at(HEALTH.clipped), clipped);
}

function addLanes(to: ReturnType<Pointer<'i32'>['at']>, lanes: I32): void {
  to.set([0, 1, 2, 3].reduce((sum: I32, lane) => sum.add(lanes.lane(lane)), to));
}

type Source = Pick<Rounded, 'first' | 'seed' | 'stream' | 'step' | 'turn'>;

/** u of up to four rows of a panel, the first of which begins at element `index` from the first weight on. */
export function drawRows(
  k: Emitter,
  { first, seed, stream, step, turn }: Source,
  index: I32,
  rows: number,
): (readonly [low: F32, high: F32])[] {
  const block = k.let(index.add(first).shrUnsigned(3));
  const words = emitPhilox(k, [k.iota().add(block), step, turn, k.i32(0)], [seed, stream]);
  const uniform = (half: I32): F32 =>
    half
      .toFloat()
      .add(0.5)
      .mul(2 ** -16);
  return transpose(
    k,
    words.map((word) => word.asFloat()),
  )
    .slice(0, rows)
    .map((row) => {
      const bits = row.bits();
      return [uniform(bits.and(0xffff)), uniform(bits.shrUnsigned(16))];
    });
}
