// The loops of pooling kernels: windows cut to the image, and strips of channels.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Element, ElementType, Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { smaller, type WindowSizes } from './image.ts';

/** The part of a window that lies in the image. */
export interface Window {
  /** The number of its output pixel, counted over the batch. */
  readonly pixel: I32;
  /** How many pixels the part has. */
  readonly count: I32;
  /** `visit` them row by row, with the number of each one's element at this channel. */
  each(channel: I32, visit: (element: I32) => void): void;
}

/** `body` for the window of every output pixel of a batch. */
export function forWindows(k: Emitter, batch: I32, s: WindowSizes, body: (window: Window) => void): void {
  const pixel = k.var(k.i32(0));
  k.for(0, batch, 1, (b) => {
    k.for(0, s.outHeight, 1, (y) => {
      const [top, bottom] = cut(k, y.mul(s.strideHeight).sub(s.padTop), s.kernelHeight, s.height);
      const rows = k.let(bottom.sub(top));
      const row = k.let(b.mul(s.height).add(top).mul(s.width));
      k.for(0, s.outWidth, 1, (x) => {
        const [left, right] = cut(k, x.mul(s.strideWidth).sub(s.padLeft), s.kernelWidth, s.width);
        const columns = k.let(right.sub(left));
        const first = k.let(row.add(left).mul(s.channels));
        const skip = k.let(s.width.sub(columns).mul(s.channels));
        const each: Window['each'] = (channel, visit) => {
          const element = k.var(first.add(channel));
          k.for(0, rows, 1, () => {
            k.for(0, columns, 1, () => {
              visit(element);
              element.set(element.add(s.channels));
            });
            element.set(element.add(skip));
          });
        };
        body({ pixel, count: rows.mul(columns), each });
        pixel.set(pixel.add(1));
      });
    });
  });
}

/** The interval [first, first + count) cut to [0, length). */
function cut(k: Emitter, first: I32, count: I32, length: I32): [from: I32, to: I32] {
  const start = k.let(first);
  return [k.let(start.lt(0).selectInt(0, start)), smaller(k, start.add(count), length)];
}

/** Vectors of a strip: sixteen channels are a cache line, and four sums in flight. */
const STRIP = 4;

/** Neighbouring channels from `first` on, in parts that each fit a register. */
export interface Strip {
  readonly first: I32;
  readonly parts: readonly Part[];
}

export interface Part {
  /** This part of the strip that begins at an element of an array. */
  at<E extends ElementType>(array: Pointer<E>, element: I32): Element<E>;
  /** A constant of this part's width. */
  constant(value: number): F32;
  integer(value: number): I32;
}

/** `body` over all channels: whole strips, then by fours, then by ones. It is emitted three times. */
export function forStrips(k: Emitter, channels: I32, body: (strip: Strip) => void): void {
  const partsOf = (width: Lanes['width'], count: number): Part[] =>
    Array.from({ length: count }, (_, part) => ({
      at: (array, element) => array.plus(part * 4).at({ width, index: element }),
      constant: (value) => (width === 4 ? k.f32x4(value) : k.f32(value)),
      integer: (value) => (width === 4 ? k.i32x4(value) : k.i32(value)),
    }));
  const whole = k.let(channels.and(-4 * STRIP));
  k.for(0, whole, 4 * STRIP, (first) => body({ first, parts: partsOf(4, STRIP) }));
  k.lanes(channels.sub(whole), ({ width, index }) => {
    body({ first: k.let(whole.add(index)), parts: partsOf(width, 1) });
  });
}
