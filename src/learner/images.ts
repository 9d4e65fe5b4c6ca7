// Pictures as samples: pixels in RGBA, of the network's size, as a canvas gives them.

import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { InputError } from '../errors.ts';

/** ImageData, or what looks like it. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

export const isImage = (value: unknown): value is Image =>
  typeof value === 'object' && value !== null && 'width' in value && 'height' in value && 'data' in value;

/** @throws InputError for another size, for pixels that are no RGBA, and for a drawing that is in the alpha alone. */
export function expectImage({ width, height, data }: Image, shape: readonly number[]): void {
  const [rows, columns, channels] = shape;
  const came = `got an image of ${height} x ${width}`;
  if (shape.length !== 3 || rows !== height || columns !== width || (channels !== 1 && channels !== 3)) {
    throw new InputError(
      `${came}, but the network takes [${shape.join(', ')}]: ` +
        "draw it on a canvas of the network's size first, for 1 or 3 channels",
    );
  }
  const wanted = width * height * 4;
  if (data?.length !== wanted) {
    throw new InputError(`${came} with ${data?.length ?? 'no'} values, wanted ${wanted}: RGBA`);
  }
  if (isAlphaAlone(data)) {
    throw new InputError(
      `${came} that is black all over, with the drawing in its alpha: ` +
        'fill the canvas first (context.fillRect), or draw in a color on transparent black',
    );
  }
}

/** Whether all pixels are black, and transparent to different degrees. */
function isAlphaAlone(data: ArrayLike<number>): boolean {
  let isVaried = false;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 0) return false;
    isVaried ||= data[at + 3] !== data[3];
  }
  return isVaried;
}

/** Writes one channel, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), or three, from 0 to 1. */
export function copyImage({ data }: Image, channels: number, out: ElementArray | Float64Array, offset: number): void {
  for (let pixel = 0; pixel < data.length / 4; pixel++) {
    const [red, green, blue] = [data[pixel * 4], data[pixel * 4 + 1], data[pixel * 4 + 2]];
    const at = offset + pixel * channels;
    if (channels === 1) out[at] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    else [out[at], out[at + 1], out[at + 2]] = [red / 255, green / 255, blue / 255];
  }
}

const DRAWABLE = /^(HTML(Canvas|Image|Video)Element|OffscreenCanvas|ImageBitmap|VideoFrame)$/;

/** The line that makes pixels of what can be drawn, named by its kind; none for anything else. */
export function pixelsOf(kind: string, [rows, columns]: readonly (number | string)[]): string {
  if (!DRAWABLE.test(kind)) return '';
  const area = `0, 0, ${columns}, ${rows}`;
  return (
    `: const pen = new OffscreenCanvas(${columns}, ${rows}).getContext('2d'); ` +
    `pen.drawImage(it, ${area}); pen.getImageData(${area})`
  );
}
