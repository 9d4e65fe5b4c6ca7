// The rows of an image under a row of windows, as the factors of integer products: 16-bit integers about the zero
// point, zeros at the border. A ring keeps as many as a window is high; the next row takes the place of the first.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import type { Sizes } from '../kernel.ts';
import { smaller, type WindowSizes } from './image.ts';
import { FACTOR } from './integer-tile.ts';
import { widener } from './widen.ts';

/** Factors behind the last that tiles read, and that count nothing. */
const BEHIND = 8;

/** The factors of scratch. */
export const ringElements = (s: Sizes): number =>
  s.kernelHeight * ((s.outWidth - 1) * s.strideWidth + s.kernelWidth) * s.channels + BEHIND;

export interface Ring {
  /** Begins an image. */
  begin(image: Pointer<'i8'>): void;
  /** Takes in what the windows of an output row reach; gives the address of their factors in the first row of them. */
  load(outY: I32): I32;
  /** The same in the row behind. */
  next(row: I32): I32;
}

export function ring(k: Emitter, scratch: Pointer<'i16'>, s: WindowSizes, zero: I32): Ring {
  const { height, width, channels, kernelHeight, strideHeight, padTop } = s;
  const [top, left] = [k.let(padTop), k.let(s.padLeft.mul(channels))];
  const pitch = k.let(s.outWidth.sub(1).mul(s.strideWidth).add(s.kernelWidth).mul(channels));
  const length = smaller(k, k.let(width.mul(channels)), pitch.sub(left));
  const widen = widener(k, zero);
  const clear = (from: Pointer<'i16'>, count: I32): void => k.lanes(count, (i) => from.at(i).set(0));
  clear(scratch, kernelHeight.mul(pitch).add(BEHIND));

  const pitchBytes = k.let(pitch.mul(FACTOR));
  const ringBytes = k.let(pitchBytes.mul(kernelHeight));
  const lastSlot = k.let(scratch.address.add(ringBytes).sub(pitchBytes));
  const first = k.var(k.i32(0));
  const next = k.var(k.i32(0));
  const slot = (row: I32): Pointer<'i16'> => scratch.plus(row.rem(kernelHeight).mul(pitch));
  const take = (row: I32): void => {
    const y = k.let(row.sub(top));
    const to = k.pointer('i16', k.let(slot(row).address));
    k.if(
      y.ge(0).and(y.lt(height)),
      () => widen(k.pointer('i8', k.let(first.add(y.mul(width).mul(channels)))), to.plus(left), length),
      () => clear(to, pitch),
    );
  };
  return {
    begin(image) {
      first.set(image.address);
      next.set(0);
    },
    load(outY) {
      const from = k.let(outY.mul(strideHeight));
      k.if(next.lt(from), () => next.set(from));
      k.while(
        () => next.lt(from.add(kernelHeight)),
        () => {
          take(next);
          next.set(next.add(1));
        },
      );
      return k.let(slot(from).address);
    },
    next: (row) => row.add(pitchBytes).sub(row.eq(lastSlot).selectInt(ringBytes, 0)),
  };
}

/** Bytes from a window to the next in a row. */
export const windowStep = ({ strideWidth, channels }: WindowSizes): I32 => strideWidth.mul(channels).mul(FACTOR);
