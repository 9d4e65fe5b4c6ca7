// Stochastic rounding: how a change reaches weights that are kept as int8 or int4 with a scale for each column,
// W = scale q.
//
//   q <- q + nearest(change / scale + u),   u uniform in (-1/2, 1/2) (dice.ts),   kept within -127..127 or -7..7
//
// There is no float copy: the mean of W moves by the change, and no change moves nothing. A change that is not finite
// leaves its weight alone and is counted, so that no NaN becomes a number unseen; what ran into a limit is counted too.

import type { Emitter } from '../../wasm/emitter.ts';
import {
  addPairs,
  dotPairs,
  eqPairs,
  maxPairs,
  minPairs,
  narrowPairs,
  pairOf,
  pairsAt,
  setPairs,
} from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, i32, pointers, size, type Axis, type Emitted } from '../kernel.ts';
import { sampleUpdates } from '../cases/updates.ts';
import { DICE, throwDice, thrown } from './dice.ts';
import type { GradientTile } from './gradient-tiles.ts';
import { padded, PANEL } from './panels.ts';
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

/** The parameters of what rounds. */
export const roundedWeight = (element: Whole, ...shape: Axis[]) => ({
  weight: pointers(element).inOut(...shape, padded('columns')),
  scale: f32.in(padded('columns')),
  health: i32.inOut(2),
  columns: size,
  ...thrown,
});

export type Rounded = Emitted<ReturnType<typeof roundedWeight>>;

/** All parameters, those of the update included. */
export const roundingParameters = ({ update, element }: WholeUpdate, ...shape: Axis[]) => ({
  ...roundedWeight(element, ...shape),
  ...updateParameters(update, [...shape, padded('columns')]),
});

/** Changes of more steps of q than this are beyond every limit, from wherever they begin. */
const FAR = 4096;

/** What a float is added to, so that the last of its bits are whole steps of q, to the nearest. */
export const STEPS = 54_043_195_528_445_952; // 1.5 * 2 ** 23 * DICE; bundlers keep powers that nobody needs
const STEPS_BITS = 0x5b400000;

/** Whole steps of q, to the nearest, of a move and a die, both times `DICE`. */
export const nearest = (move: F32, u: F32): I32 => move.add(u).add(STEPS).bits().sub(STEPS_BITS);

/** Reads the hyper-parameters, hands `body` what spends gradients, and adds up what it counted. */
export function rounding(
  k: Emitter,
  { update, element }: WholeUpdate,
  args: Rounded,
  body: (spend: (tile: GradientTile) => void) => void,
): void {
  const { weight, scale, health } = args;
  const change = changing(k, update, args);
  const dice = throwDice(k, args);
  const [least, largest] = [-LIMITS[element], LIMITS[element]].map((limit) => k.let(k.i32x4(pairOf(k.i32(limit)))));
  const [nonFinite, clipped] = [k.var(k.i32x4(0)), k.var(k.i32x4(0))];

  body(({ column, index, rows }) => {
    const scales = [0, 4].map((half) => k.let(scale.plus(column).vector(half)));
    const steps = scales.map((each) => k.let(k.f32(DICE).div(each)));
    const at = (row: number, half = 0): I32 => index.add(row * PANEL + half * 4);
    const moves = rows.map((halves, row) =>
      halves.map((gradient, half) => {
        const place = { width: 4, index: at(row, half) } as const;
        const meant = weight.at(place).toFloat().mul(scales[half]);
        return k.var(change(place, meant, gradient).mul(steps[half]));
      }),
    );
    // no number, too, is in the sum
    const sum = k.let(
      moves
        .flat()
        .map((move): F32 => move.abs())
        .reduce((all, each) => all.add(each)),
    );
    // Nothing is thrown where nothing moves: at the dark rim of images.
    k.if(sum.ne(0).any(), () => {
      k.if(
        sum
          .lt(FAR * DICE)
          .not()
          .any(),
        () => {
          for (const move of moves.flat()) {
            const isNumber = move.sub(move).eq(0);
            nonFinite.set(nonFinite.add(isNumber.selectInt(0, 1)));
            move.set(isNumber.select(move.pmin(FAR * DICE).pmax(-FAR * DICE), 0));
          }
        },
      );
      dice.rows(index, rows.length).forEach((us, row) => {
        const [low, high] = us.map((u, half) => nearest(moves[row][half], u));
        const stored = weight.plus(at(row));
        const after = k.let(addPairs(pairsAt(stored), narrowPairs(low, high)));
        const kept = k.let(minPairs(maxPairs(after, least), largest));
        const isKept = k.let(eqPairs(after, kept));
        clipped.set(clipped.sub(dotPairs(isKept, isKept)).add(2));
        setPairs(stored, kept);
      });
    });
  });

  addLanes(health.at(HEALTH.nonFinite), nonFinite);
  addLanes(health.at(HEALTH.clipped), clipped);
}

function addLanes(to: ReturnType<Pointer<'i32'>['at']>, lanes: I32): void {
  to.set([0, 1, 2, 3].reduce((sum: I32, lane) => sum.add(lanes.lane(lane)), to));
}
