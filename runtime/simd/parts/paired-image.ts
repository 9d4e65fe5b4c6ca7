// An image of int8 as the factors of a weight gradient that is summed in integers: each pixel, about the zero point and
// with a border of zeros, beside the one that the next window of its row meets there, a pair (wasm/pairs.ts).

import type { Emitter } from '../../wasm/emitter.ts';
import { pairsAt, zipPairs } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import type { Sizes } from '../kernel.ts';
import { paddedBorder, smaller, type WindowSizes } from './image.ts';
import { widener } from './widen.ts';

/** Pairs are made so many at a time. */
const EIGHT = 8;
const eights = (count: number): number => Math.ceil(count / EIGHT) * EIGHT;

/** Of a row with its border. */
const pitchOf = (s: Sizes): number => ((s.outWidth - 1) * s.strideWidth + s.kernelWidth) * s.channels;

/** The pairs of scratch. */
export const pairedElements = (s: Sizes): number =>
  ((s.outHeight - 1) * s.strideHeight + s.kernelHeight - 1) * pitchOf(s) + eights(pitchOf(s));

/** The numbers of scratch for a row. */
export const pairedRowElements = (s: Sizes): number => eights(pitchOf(s)) + s.strideWidth * s.channels;

interface Scratch {
  readonly pairs: Pointer<'i32'>;
  readonly row: Pointer<'i16'>;
}

/** Fills the scratch; gives the pairs from a row to the next. */
export function pairImage(k: Emitter, { pairs, row }: Scratch, x: Pointer<'i8'>, s: WindowSizes, zero: I32): I32 {
  const { height, width, channels } = s;
  const border = paddedBorder(s);
  const [top, left] = [k.let(border.top), k.let(border.left.mul(channels))];
  const pitch = k.let(border.width.mul(channels));
  const step = k.let(s.strideWidth.mul(channels));
  const length = smaller(k, k.let(width.mul(channels)), pitch.sub(left));
  const widen = widener(k, zero);
  const clear = (): void =>
    k.lanes(
      pitch
        .add(EIGHT - 1)
        .and(-EIGHT)
        .add(step),
      (i) => row.at(i).set(0),
    );
  clear();
  k.for(0, k.let(border.height), 1, (paddedY) => {
    const to = k.pointer('i32', k.let(pairs.plus(paddedY.mul(pitch)).address));
    const y = k.let(paddedY.sub(top));
    k.if(
      y.ge(0).and(y.lt(height)),
      () => widen(k.pointer('i8', k.let(x.plus(y.mul(width).mul(channels)).address)), row.plus(left), length),
      clear,
    );
    // what is made beyond the row is made again by the next
    k.for(0, pitch, EIGHT, (i) => {
      const [first, second] = [row.plus(i), row.plus(i.add(step))].map((from) => k.let(pairsAt(from)));
      to.vector(i).set(zipPairs(first, second, 'low'));
      to.vector(i.add(4)).set(zipPairs(first, second, 'high'));
    });
  });
  return pitch;
}
