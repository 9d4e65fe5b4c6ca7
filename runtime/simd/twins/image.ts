// Images in references: the loops and reads of image.ts in plain TypeScript.

import type { Extent } from '../parts/image.ts';

export interface WindowShape extends Extent<number> {
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

const inside = ({ height, width }: Extent<number>, y: number, x: number): boolean =>
  y >= 0 && y < height && x >= 0 && x < width;

/** Reads (sample, y, x, channel) of a batch of images: zero outside. */
export const pixelReader =
  (image: Float32Array, shape: Extent<number>) =>
  (b: number, y: number, x: number, channel: number): number =>
    inside(shape, y, x) ? image[((b * shape.height + y) * shape.width + x) * shape.channels + channel] : 0;

interface Integers extends Extent<number> {
  readonly x: Int8Array;
  readonly xZero: number;
}

/** The same of integers about their zero point. */
export const integerReader =
  ({ x: image, xZero, ...shape }: Integers) =>
  (b: number, y: number, x: number, channel: number): number =>
    inside(shape, y, x) ? image[((b * shape.height + y) * shape.width + x) * shape.channels + channel] - xZero : 0;

/** `visit` every output pixel of a batch, row by row; `index` counts them. */
export function forPixels(
  { batch, outHeight, outWidth }: Pick<WindowShape, 'outHeight' | 'outWidth'> & { readonly batch: number },
  visit: (b: number, y: number, x: number, index: number) => void,
): void {
  let index = 0;
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) visit(b, y, x, index++);
    }
  }
}

/** `visit` the pixels under the window of output pixel (y, x), padding too; `tap` counts them. */
export function forTaps(
  shape: WindowShape,
  y: number,
  x: number,
  visit: (inY: number, inX: number, tap: number) => void,
): void {
  const [top, left] = [y * shape.strideHeight - shape.padTop, x * shape.strideWidth - shape.padLeft];
  for (let ky = 0; ky < shape.kernelHeight; ky++) {
    for (let kx = 0; kx < shape.kernelWidth; kx++) visit(top + ky, left + kx, ky * shape.kernelWidth + kx);
  }
}

/** `visit` only those pixels under the window that lie in the image, by their number in it. */
export function forRealPixels(shape: WindowShape, y: number, x: number, visit: (pixel: number) => void): void {
  forTaps(shape, y, x, (inY, inX) => {
    if (inside(shape, inY, inX)) visit(inY * shape.width + inX);
  });
}

/** `visit` the deltas that reach input pixel (y, x), rows and columns rising, with the tap each came through. */
export function forDeltas(
  shape: WindowShape,
  y: number,
  x: number,
  visit: (outY: number, outX: number, tap: number) => void,
): void {
  for (let ky = shape.kernelHeight - 1; ky >= 0; ky--) {
    const outY = (y + shape.padTop - ky) / shape.strideHeight;
    for (let kx = shape.kernelWidth - 1; kx >= 0; kx--) {
      const outX = (x + shape.padLeft - kx) / shape.strideWidth;
      if (Number.isInteger(outY) && Number.isInteger(outX)) visit(outY, outX, ky * shape.kernelWidth + kx);
    }
  }
}
