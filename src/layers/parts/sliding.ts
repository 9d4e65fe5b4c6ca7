// The arithmetic of windows sliding over an image, shared by convolution and pooling.

import { anything, described, oneOf } from '../../options.ts';
import type { WindowSizes } from '../../quantization/bands.ts';
import { describe, expectRank, expectWhole, ShapeError } from '../layer.ts';

export type Padding = 'valid' | 'same';

/** One number for both axes, or [height, width]. */
export type Size2d = number | readonly [height: number, width: number];

export const both = (size: Size2d): readonly [height: number, width: number] =>
  typeof size === 'number' ? [size, size] : size;

/** As it stands in a layer's config: one number where both are the same. */
export const plainSize = (size: Size2d): Size2d => (Array.isArray(size) && size[0] === size[1] ? size[0] : size);

export interface Sliding {
  readonly outputSize: readonly [height: number, width: number];
  /** What the kernels ask for, by their parameter names. */
  readonly sizes: WindowSizes;
}

export interface SlideOptions {
  readonly name: string;
  readonly window: Size2d;
  readonly stride: Size2d;
  readonly padding: Padding;
}

/** For the table of a layer; `expectSize` checks the stride. */
export const SLIDING = { stride: [anything, 1], padding: [oneOf(['valid', 'same']), 'valid'] } as const;

/** `same` gives ceil(length / stride) outputs and puts the smaller half of the border in front, as TensorFlow does. */
export function slide(inputShape: readonly number[], { name, window, stride, padding }: SlideOptions): Sliding {
  expectRank(name, inputShape, 3, '[height, width, channels]');
  const [windows, strides] = [both(window), both(stride)];
  for (const size of windows) expectWhole(name, 'window', size);
  for (const size of strides) expectWhole(name, 'stride', size);
  const [height, width, channels] = inputShape;
  if (padding === 'valid' && (height < windows[0] || width < windows[1])) {
    throw new ShapeError(`${name}: a window of ${windows.join('x')} does not fit into an input of ${height}x${width}`);
  }
  const along = (length: number, axis: 0 | 1): readonly [count: number, before: number] => {
    if (padding === 'valid') return [Math.floor((length - windows[axis]) / strides[axis]) + 1, 0];
    const count = Math.ceil(length / strides[axis]);
    return [count, Math.floor(Math.max(0, (count - 1) * strides[axis] + windows[axis] - length) / 2)];
  };
  const [[outHeight, padTop], [outWidth, padLeft]] = [along(height, 0), along(width, 1)];
  return {
    outputSize: [outHeight, outWidth],
    sizes: {
      height,
      width,
      channels,
      outHeight,
      outWidth,
      padTop,
      padLeft,
      kernelHeight: windows[0],
      kernelWidth: windows[1],
      strideHeight: strides[0],
      strideWidth: strides[1],
    },
  };
}

/** Refuses a size that is neither a number nor a pair. */
export function expectSize(name: string, option: string, size: Size2d): void {
  if (typeof size === 'number' || (Array.isArray(size) && size.length === 2)) return;
  const given = Array.isArray(size) ? describe(size) : described(size);
  throw new ShapeError(`${name}: ${option} is ${given}, wanted a number or [height, width]`);
}

/** Stride and padding as a network's word gives them. */
export const slidingOf = ({ S, same }: { readonly S?: Size2d; readonly same?: unknown }) =>
  ({ stride: S, padding: same ? 'same' : 'valid' }) as const;
