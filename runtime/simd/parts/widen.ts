// Activations kept as int8, as the factors of integer products: 16-bit integers about their zero point.

import type { Emitter } from '../../wasm/emitter.ts';
import { pairOf, pairsAt, subPairs } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';

const EIGHT = 8;

/** Bytes less their zero point, as 16-bit integers: eight at a time, then one by one. */
export function widener(k: Emitter, zero: I32): (from: Pointer<'i8'>, to: Pointer<'i16'>, count: I32) => void {
  const zeros = k.let(k.i32x4(pairOf(zero)));
  return (from, to, count) => {
    const whole = k.let(count.and(-EIGHT));
    k.for(0, whole, EIGHT, (i) => {
      const four = k.pointer('i32', to.plus(i).address);
      four.vector(0).set(subPairs(pairsAt(from.plus(i)), zeros));
    });
    k.for(whole, count, 1, (i) => to.at(i).set(from.at(i).sub(zero)));
  };
}
