// Functions of one number, as emitters: the activations of layers and the vocabulary of expressions.
// Their plain twins are in elementwise-reference.ts.

import type { Emitter } from '../wasm/emitter.ts';
import type { F32 } from '../wasm/values.ts';

export const unary = {
  identity: (_k: Emitter, x: F32): F32 => x,
  relu: (_k: Emitter, x: F32): F32 => x.max(0),
  tanh: (_k: Emitter, x: F32): F32 => x,
} as const satisfies Record<string, (k: Emitter, x: F32) => F32>;

export type UnaryName = keyof typeof unary;
