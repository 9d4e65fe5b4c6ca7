// What a product applies to its sums while it stores them: activations of an instruction or three. Any other would be
// inlined ten times and more (tanh tripled the code of f32_matmul), so layers run it as a pass of its own over what was
// stored, and one product serves them all.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { unary, type UnaryName } from './elementwise.ts';

const CHEAP = ['identity', 'relu', 'leakyRelu'] as const satisfies readonly UnaryName[];

export type CheapActivation = (typeof CHEAP)[number];

export const isCheap = (activation: UnaryName): activation is CheapActivation =>
  (CHEAP as readonly UnaryName[]).includes(activation);

export const activate = (k: Emitter, activation: CheapActivation, x: F32): F32 => unary[activation](k, x);
