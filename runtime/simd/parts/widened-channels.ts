// Eight channels of an image of int8 as the factors of a weight gradient that is summed channel by channel: 16-bit
// integers about the zero point, with a border of zeros, and zeros for channels there are not.

import type { Emitter } from '../../wasm/emitter.ts';
import { pairOf, pairsAt, subPairs } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import type { Sizes } from '../kernel.ts';
import { paddedBorder, smaller, type WindowSizes } from './image.ts';
import { FACTOR } from './integer-tile.ts';
import { PANEL } from './panels.ts';

/** The numbers of scratch. */
export const widenedElements = (s: Sizes): number =>
  ((s.outHeight - 1) * s.strideHeight + s.kernelHeight) * ((s.outWidth - 1) * s.strideWidth + s.kernelWidth) * PANEL;

export interface WidenedChannels {
  /** Bytes from a row to the next. */
  readonly pitch: I32;
  /** Fills the scratch with the first `columns` channels from a pointer on, or with eight. */
  load(image: Pointer<'i8'>, columns: I32): void;
}

export function widenedChannels(k: Emitter, scratch: Pointer<'i16'>, s: WindowSizes, zero: I32): WidenedChannels {
  const border = paddedBorder(s);
  const [top, left, height, width] = [border.top, border.left, border.height, border.width].map((value) =>
    k.let(value),
  );
  const [rows, pixels] = [smaller(k, s.height, height.sub(top)), smaller(k, s.width, width.sub(left))];
  const pitch = k.let(width.mul(PANEL * FACTOR));
  const inside = k.let(scratch.address.add(top.mul(pitch)).add(left.mul(PANEL * FACTOR)));
  const zeros = k.let(k.i32x4(pairOf(zero)));
  return {
    pitch,
    load(image, columns) {
      const four = scratch.as('i32');
      k.for(0, height.mul(width).mul(PANEL / 2), 4, (i) => four.vector(i).set(k.i32x4(0)));
      k.for(0, rows, 1, (row) => {
        const from = k.var(image.plus(row.mul(s.width).mul(s.channels)).address);
        const to = k.var(inside.add(row.mul(pitch)));
        const [pixel, place, whole] = [k.pointer('i8', from), k.pointer('i16', to), k.pointer('i32', to)];
        const forPixels = (widen: () => void): void =>
          k.for(0, pixels, 1, () => {
            widen();
            from.set(from.add(s.channels));
            to.set(to.add(PANEL * FACTOR));
          });
        k.if(
          columns.ge(PANEL),
          () => forPixels(() => whole.vector(0).set(subPairs(pairsAt(pixel), zeros))),
          () => forPixels(() => k.for(0, columns, 1, (i) => place.at(i).set(pixel.at(i).sub(zero)))),
        );
      });
    },
  };
}
