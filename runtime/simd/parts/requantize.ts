// How sums of integers become what a layer gives: activations kept as int8, y = yScale (q - yZero), or floats.
//
//   y = f(bias[o] + xScale scale[o] sum),   q = nearest(y / yScale + yZero), ties to even, kept within -128..127
//
// A NaN becomes -128.
//
// `range` tells how far y went below and above 0, while a learner trains or is calibrated: what scale and zero are made
// from.

import type { Emitter, Variable } from '../../wasm/emitter.ts';
import { narrowPairs, setPairs } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32, Mask } from '../../wasm/values.ts';
import { f32, i8, size, type Axis, type Emitted, type PointerParameter } from '../kernel.ts';
import { activate, type CheapActivation } from './activate.ts';
import { padded } from './panels.ts';
import type { Whole } from './rounding.ts';
import type { IntegerRow } from './integer-tile.ts';
import { storeRow } from './tile.ts';

/** The smallest and the largest activation. */
export const [LEAST, MOST] = [-128, 127] as const;

/** Added to a number below 2^22, it leaves the nearest integer, ties to even, in the bits of the sum. */
const NEAREST = 12_582_912; // 1.5 * 2 ** 23
const NEAREST_BITS = 0x4b400000;

/** What an integer product ends in: floats; int8; or int8 whose range is taken in as well. */
export type IntegerOutput = 'f32' | KeptOutput;
export type KeptOutput = 'i8' | 'observed';

export interface IntegerProduct {
  readonly activation: CheapActivation;
  readonly start: 'bias' | 'zero';
  readonly output: IntegerOutput;
  /** Of the weight. */
  readonly element: Whole;
}

export const integerProductKey = ({ start, activation, element, output }: IntegerProduct): string =>
  [start, activation, element, output].filter((part) => part !== 'i8').join('_');

export const integerProductVariants = (): IntegerProduct[] => [
  { activation: 'identity', start: 'zero', output: 'i8', element: 'i4' },
  { activation: 'relu', start: 'bias', output: 'i8', element: 'i8' },
  { activation: 'leakyRelu', start: 'bias', output: 'observed', element: 'i8' },
  { activation: 'identity', start: 'bias', output: 'f32', element: 'i8' },
];

/** Of the generic test: zeros anywhere, and scales that keep most sums of some products in range. */
export const quantizedSizes = { xZero: -103, yZero: 17 } as const;
export const quantizedFloats = { xScale: [0.001, 0.01], yScale: [2, 3] } as const;

const affine = { yScale: f32, yZero: size };

/** The output of an integer kernel, and what says how it is kept. */
export const quantizedOutput = (output: IntegerOutput, ...shape: Axis[]) =>
  ({
    out: output === 'f32' ? f32.out(...shape) : i8.out(...shape),
    ...(output === 'f32' ? {} : affine),
    ...(output === 'observed' ? { range: f32.out(2) } : {}),
  }) as { readonly out: PointerParameter<'i8'>; readonly range: PointerParameter<'f32'> } & typeof affine;

/** The parameters of a weight's columns, and of the scale of x. */
export function productColumns({ start }: Pick<IntegerProduct, 'start'>, columns: string) {
  const numbers = f32.in(padded(columns));
  const all = { xScale: f32, xZero: size, scale: numbers, bias: numbers };
  const { bias: _, ...others } = all;
  return (start === 'bias' ? all : others) as typeof all;
}

/** Stores values as int8, and takes in their range. */
export interface Quantizer {
  quantize(y: F32): I32;
  /** Of a vector, those lanes where `exists` holds; default: all. */
  observe(y: F32, exists?: Mask): void;
  /** Writes the range; once, at the end. */
  finish(): void;
}

type Kept = Emitted<Omit<ReturnType<typeof quantizedOutput>, 'out'>>;

export function quantizer(k: Emitter, output: IntegerOutput, { yScale, yZero, range }: Kept): Quantizer {
  const isKept = output !== 'f32';
  const steps = isKept ? k.let(k.f32(1).div(yScale)) : k.f32(1);
  const zero = isKept ? k.let(yZero.toFloat()) : k.f32(0);
  const isObserved = output === 'observed';
  const [below, above] = isObserved ? [k.var(k.f32x4(0)), k.var(k.f32x4(0))] : [];
  return {
    quantize(y) {
      const within = k.let(k.let(k.f32(LEAST).pmax(k.let(y.mul(steps).add(zero)))).pmin(MOST));
      return within.add(NEAREST).bits().sub(NEAREST_BITS);
    },
    observe(y, exists) {
      if (below === undefined || above === undefined) return;
      const seen = exists === undefined ? y : k.let(exists.select(y, 0));
      below.set(below.pmax(k.let(seen.neg())));
      above.set(above.pmax(seen));
    },
    finish() {
      if (below === undefined || above === undefined) return;
      range.at(0).set(largest(k, below));
      range.at(1).set(largest(k, above));
    },
  };
}

const largest = (k: Emitter, lanes: Variable<F32>): F32 =>
  [1, 2, 3].reduce((most: F32, lane) => k.let(most.pmax(k.let(lanes.lane(lane)))), k.let(lanes.lane(0)));

/** Stores rows of a tile, finished sums of the eight columns from `column` on, of which `width` exist (null: all). */
export type SumStore = (column: I32, width: I32 | null) => (out: Pointer, sums: IntegerRow) => void;

/** What stores finished sums as `product` has it; `finish` comes behind the last. */
export function sumStore(
  k: Emitter,
  { activation, start, output }: IntegerProduct,
  args: Emitted<ReturnType<typeof productColumns>> & Kept,
): { readonly store: SumStore; finish(): void } {
  const { quantize, observe, finish } = quantizer(k, output, args);
  const store: SumStore = (column, width) => {
    const perColumn = [0, 4].map((first) => {
      const at = (numbers: Pointer<'f32'>): F32 => numbers.plus(column).vector(first);
      return { scale: k.let(at(args.scale).mul(args.xScale)), bias: start === 'bias' ? k.let(at(args.bias)) : null };
    });
    return (out, sums) => {
      const values = sums.map((sum, half) => {
        const { scale, bias } = perColumn[half];
        const y = sum.toFloat().mul(scale);
        return k.let(activate(k, activation, k.let(bias === null ? y : y.add(bias))));
      });
      if (output === 'f32') return storeRow(k, out as Pointer<'f32'>, width, values as [F32, F32]);
      for (const [half, y] of values.entries())
        observe(
          y,
          width === null
            ? undefined
            : k
                .iota()
                .add(half * 4)
                .lt(width),
        );
      const [to, row] = [out as Pointer<'i8'>, values.map(quantize) as [I32, I32]];
      storeRow(k, to, width, row, () => setPairs(to, k.let(narrowPairs(...row))));
    };
  };
  return { store, finish };
}
