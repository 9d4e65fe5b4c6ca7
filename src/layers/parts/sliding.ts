// The arithmetic of windows sliding over an image, shared by convolution and pooling.

import { expectRank, expectWhole, ShapeError } from '../layer.ts';

export type Padding = 'valid' | 'same';

export interface Sliding {
  readonly outputSize: readonly [height: number, width: number];
  /** What the kernels ask for, by their parameter names. */
  readonly sizes: Readonly<
    Record<
      | 'height'
      | 'width'
      | 'channels'
      | 'outHeight'
      | 'outWidth'
      | 'kernelHeight'
      | 'kernelWidth'
      | 'strideHeight'
      | 'strideWidth'
      | 'padTop'
      | 'padLeft',
      number
    >
  >;
}

export interface SlideOptions {
  readonly name: string;
  readonly window: number;
  readonly stride: number;
  readonly padding: Padding;
}

/** `same` gives ceil(length / stride) outputs and puts the smaller half of the border in front, as TensorFlow does. */
export function slide(inputShape: readonly number[], { name, window, stride, padding }: SlideOptions): Sliding {
  expectRank(name, inputShape, 3, '[height, width, channels]');
  expectWhole(name, 'window', window);
  expectWhole(name, 'stride', stride);
  const [height, width, channels] = inputShape;
  if (padding === 'valid' && (height < window || width < window)) {
    throw new ShapeError(`${name}: a window of ${window}x${window} does not fit into an input of ${height}x${width}`);
  }
  const along = (length: number): readonly [count: number, before: number] => {
    if (padding === 'valid') return [Math.floor((length - window) / stride) + 1, 0];
    const count = Math.ceil(length / stride);
    return [count, Math.floor(Math.max(0, (count - 1) * stride + window - length) / 2)];
  };
  const [[outHeight, padTop], [outWidth, padLeft]] = [along(height), along(width)];
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
      kernelHeight: window,
      kernelWidth: window,
      strideHeight: stride,
      strideWidth: stride,
    },
  };
}
