// Images in kernels: the integers that convolutions and pooling share, the zero-bordered copy of one sample, and walks
// over pixels. Knows no weights and no sums.
//
// An image is (height, width, channels), float32, row-major without gaps; a batch is such images one behind the other.
// The window of output pixel (y, x) begins at row y * strideHeight - padTop and column x * strideWidth - padLeft; the
// padding below and to the right follows from outHeight and outWidth. No window may lie wholly in the padding.

import type { Emitter, Variable } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import { size, type Emitted, type Sizes } from '../kernel.ts';

/** The image a window moves over, and the grid of its positions. */
export const imageSizes = { height: size, width: size, channels: size, outHeight: size, outWidth: size };

export const windowSizes = {
  kernelHeight: size,
  kernelWidth: size,
  strideHeight: size,
  strideWidth: size,
  padTop: size,
  padLeft: size,
};

export type WindowSizes = Emitted<typeof imageSizes & typeof windowSizes>;

// ---- the zero-bordered copy ----------------------------------------------------------------------------------------

/** A zero image that holds another one: its size, and the place in it of the other's first pixel. */
export interface Border<T> {
  readonly top: T;
  readonly left: T;
  readonly height: T;
  readonly width: T;
}

export interface Extent<T> {
  readonly height: T;
  readonly width: T;
  readonly channels: T;
}

/** The image with as much of the padding as the windows cover. */
export const paddedBorder = (s: WindowSizes): Border<I32> => ({
  top: s.padTop,
  left: s.padLeft,
  height: s.outHeight.sub(1).mul(s.strideHeight).add(s.kernelHeight),
  width: s.outWidth.sub(1).mul(s.strideWidth).add(s.kernelWidth),
});

/** The floats of scratch for `paddedBorder`, as an axis of a pointer's shape. */
export const paddedElements = (s: Sizes): number =>
  borderedElements(
    { height: s.height, width: s.width, channels: s.channels },
    {
      top: s.padTop,
      left: s.padLeft,
      height: (s.outHeight - 1) * s.strideHeight + s.kernelHeight,
      width: (s.outWidth - 1) * s.strideWidth + s.kernelWidth,
    },
  );

/** The floats of scratch for a bordered copy: none when the image can be read as it is. */
export function borderedElements(image: Extent<number>, { top, left, height, width }: Border<number>): number {
  const readAsItIs = top === 0 && left === 0 && height <= image.height && width <= image.width;
  return readAsItIs ? 0 : height * width * image.channels;
}

export interface BorderedImage {
  /** Bytes from a row to the next. */
  readonly pitch: I32;
  /** Takes in the image at this address; gives the address of the bordered image's first pixel. */
  load(image: I32): I32;
}

/** Clears the border now; each `load` copies one image into it, or nothing when the image can be read as it is. */
export function borderedImage(
  k: Emitter,
  scratch: Pointer<'f32'>,
  { height, width, channels }: Extent<I32>,
  border: Border<I32>,
): BorderedImage {
  const [top, left, fullHeight, fullWidth] = [border.top, border.left, border.height, border.width].map((value) =>
    k.let(value),
  );
  const readAsItIs = top.or(left).eq(0).and(fullHeight.le(height)).and(fullWidth.le(width));
  const copied = k.let(readAsItIs.selectInt(0, 1));
  const pixelBytes = k.let(channels.shl(2));
  const pitch = k.let(copied.ne(0).selectInt(fullWidth, width).mul(pixelBytes));
  const rows = smaller(k, height, fullHeight.sub(top));
  const rowLength = k.let(smaller(k, width, fullWidth.sub(left)).mul(channels));
  const inside = k.let(scratch.address.add(top.mul(pitch)).add(left.mul(pixelBytes)));
  k.if(copied.ne(0), () => k.lanes(fullHeight.mul(fullWidth).mul(channels), (i) => scratch.at(i).set(0)));
  const load = (image: I32): I32 => {
    const from = k.let(image);
    const first = k.var(from);
    k.if(copied.ne(0), () => {
      k.for(0, rows, 1, (row) => {
        const source = k.pointer('f32', k.let(from.add(row.mul(width).mul(pixelBytes))));
        const target = k.pointer('f32', k.let(inside.add(row.mul(pitch))));
        k.lanes(rowLength, (i) => target.at(i).set(source.at(i)));
      });
      first.set(scratch.address);
    });
    return first;
  };
  return { pitch, load };
}

export function smaller(k: Emitter, a: I32, b: I32): I32 {
  const [first, second] = [k.let(a), k.let(b)];
  return k.let(first.lt(second).selectInt(first, second));
}

// ---- walks ---------------------------------------------------------------------------------------------------------

/** Addresses in a grid: the first, and the bytes from a column and from a row to the next. */
export interface Grid {
  readonly first: I32;
  readonly columnStep: I32;
  readonly rowStep: I32;
}

/** Goes through a grid row by row: each call gives the address of a cell, in a local of its own, and moves on. */
export function walk(k: Emitter, { first, columnStep, rowStep }: Grid, columns: I32): () => Variable<I32> {
  const address = k.var(first);
  const column = k.var(k.i32(0));
  const skip = k.let(rowStep.sub(columns.mul(columnStep)));
  return () => {
    const here = k.var(address);
    address.set(address.add(columnStep));
    column.set(column.add(1));
    k.if(column.eq(columns), () => {
      column.set(0);
      address.set(address.add(skip));
    });
    return here;
  };
}
