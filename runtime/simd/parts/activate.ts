// Where a product applies its activation. Cheap ones are part of storing a tile; the others would be inlined ten times
// and more (tanh tripled the code of f32_matmul), so they run as one short loop over what was just stored.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { unary, type UnaryName } from './elementwise.ts';

const CHEAP: readonly UnaryName[] = ['identity', 'relu', 'leakyRelu'];

/** The activated value if the activation is cheap, else the value as it is. */
export const activateInTile = (k: Emitter, activation: UnaryName, x: F32): F32 =>
  CHEAP.includes(activation) ? unary[activation](k, x) : x;

/** Activates `n` stored values, unless their tile did. */
export function activateStored(k: Emitter, activation: UnaryName, values: Pointer<'f32'>, n: I32): void {
  if (!CHEAP.includes(activation)) k.lanes(n, (i) => values.at(i).set(unary[activation](k, values.at(i))));
}
