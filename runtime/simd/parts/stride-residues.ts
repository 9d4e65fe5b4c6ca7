// The input gradient of a strided convolution, as convolutions of stride 1 over dz. Along one axis:
//
//   dx[y] = sum of dz[i] w[ky] over i, ky with i * stride + ky = t,   t = y + pad
//
// Only the taps ky = t mod stride + stride * m meet a dz, at i = floor(t / stride) - m. Input pixels of the same
// residue, t mod stride, share their taps: each is a plain convolution of the zero-bordered dz with its taps in
// falling order, and no product with zeros between dilated deltas is made. Stride 1 has one.

import type { Emitter } from '../../wasm/emitter.ts';
import type { I32 } from '../../wasm/values.ts';
import { borderedElements, type Border, type WindowSizes } from './image.ts';
import type { Sizes } from '../kernel.ts';

/** The sizes of one axis. */
interface Axis {
  readonly length: I32;
  readonly kernel: I32;
  readonly stride: I32;
  readonly pad: I32;
}

/** One residue of one axis. */
export interface Residue {
  /** The number of taps, and the last of them; before it come those `stride` apart. */
  readonly taps: I32;
  readonly lastTap: I32;
  /** The number of input pixels, and the first of them; the next ones are `stride` apart. */
  readonly count: I32;
  readonly first: I32;
  /** The pixel of the bordered dz that the last tap of the first input pixel meets. */
  readonly dz: I32;
}

function residueOf(k: Emitter, residue: I32, { length, kernel, stride, pad }: Axis): Residue {
  const taps = k.let(kernel.sub(residue).add(stride).sub(1).div(stride));
  const first = k.let(pad.mul(stride.sub(1)).add(residue).rem(stride));
  return {
    taps,
    lastTap: k.let(taps.sub(1).mul(stride).add(residue)),
    count: k.let(length.sub(first).add(stride).sub(1).div(stride)),
    first,
    dz: k.let(first.add(pad).div(stride).add(borderOf(kernel, stride)).add(1).sub(taps)),
  };
}

/** Zeros before the first dz: the most taps of a residue, less one. */
const borderOf = (kernel: I32, stride: I32): I32 => kernel.sub(1).div(stride);

/** `body` for every pair of a vertical and a horizontal residue. */
export function forResidues(k: Emitter, s: WindowSizes, body: (vertical: Residue, horizontal: Residue) => void): void {
  const rows = { length: s.height, kernel: s.kernelHeight, stride: s.strideHeight, pad: s.padTop };
  const columns = { length: s.width, kernel: s.kernelWidth, stride: s.strideWidth, pad: s.padLeft };
  k.for(0, s.strideHeight, 1, (phaseY) => {
    const vertical = residueOf(k, phaseY, rows);
    k.for(0, s.strideWidth, 1, (phaseX) => body(vertical, residueOf(k, phaseX, columns)));
  });
}

/** The dz with the zeros that windows of all residues reach. */
export function deltaBorder(s: WindowSizes): Border<I32> {
  const [top, left] = [borderOf(s.kernelHeight, s.strideHeight), borderOf(s.kernelWidth, s.strideWidth)];
  return {
    top,
    left,
    height: s.height.sub(1).add(s.padTop).div(s.strideHeight).add(1).add(top),
    width: s.width.sub(1).add(s.padLeft).div(s.strideWidth).add(1).add(left),
  };
}

/** The floats of scratch it needs when the dz has so many channels. */
export function deltaElements(s: Sizes, channels: number): number {
  const top = Math.floor((s.kernelHeight - 1) / s.strideHeight);
  const left = Math.floor((s.kernelWidth - 1) / s.strideWidth);
  return borderedElements(
    { height: s.outHeight, width: s.outWidth, channels },
    {
      top,
      left,
      height: Math.floor((s.height - 1 + s.padTop) / s.strideHeight) + 1 + top,
      width: Math.floor((s.width - 1 + s.padLeft) / s.strideWidth) + 1 + left,
    },
  );
}
