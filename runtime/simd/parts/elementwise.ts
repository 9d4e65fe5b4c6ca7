// Functions of one, two and three numbers, as emitters: the activations of layers and the vocabulary of expressions
// (f32-map.ts). Their plain twins are in twins/elementwise.ts. Arguments may be recipes: each is emitted once.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { flush } from './flush.ts';
import { exp, expm1, log, sigmoid, softplus, tanh } from './math.ts';

export const LEAK = 0.01;
/** Below it e^x - 1 is -1. */
export const ELU_FLOOR = -18;

export const unary = {
  identity: (_k, x) => x,
  /** x, or 0 below zero. */
  relu: (k, x) => k.let(x).pmax(0),
  /** max(x, 0.01 x) */
  leakyRelu: (k, value) => {
    const x = k.let(value);
    return x.pmax(x.mul(LEAK));
  },
  /** x, or e^x - 1 below zero. */
  elu: (k, value) => {
    const x = k.let(value);
    return x.lt(0).select(expm1(k, x.pmax(ELU_FLOOR)), x);
  },
  tanh,
  sigmoid,
  softplus,
  exp,
  log,
  neg: (_k, x) => x.neg(),
  abs: (_k, x) => x.abs(),
  /** -1, 0 or 1; a zero keeps its sign. */
  sign: (k, value) => {
    const x = k.let(value);
    return x.gt(0).select(1, x.lt(0).select(-1, x));
  },
  flush: flush<F32>,
  floor: (_k, x) => x.floor(),
  sqrt: (_k, x) => x.sqrt(),
  square: (k, value) => {
    const x = k.let(value);
    return x.mul(x);
  },
  reciprocal: (k, x) => k.f32(1).div(x),
} as const satisfies Record<string, (k: Emitter, x: F32) => F32>;

export const binary = {
  add: (_k, a, b) => a.add(b),
  sub: (_k, a, b) => a.sub(b),
  mul: (_k, a, b) => a.mul(b),
  div: (_k, a, b) => a.div(b),
  min: (_k, a, b) => a.min(b),
  max: (_k, a, b) => a.max(b),
  /** a < b ? 1 : 0 */
  less: (_k, a, b) => a.lt(b).select(1, 0),
  greater: (_k, a, b) => a.gt(b).select(1, 0),
} as const satisfies Record<string, (k: Emitter, a: F32, b: F32) => F32>;

export const ternary = {
  /** a > 0 ? b : c */
  where: (_k, a, b, c) => a.gt(0).select(b, c),
} as const satisfies Record<string, (k: Emitter, a: F32, b: F32, c: F32) => F32>;

export type UnaryName = keyof typeof unary;
export type BinaryName = keyof typeof binary;
export type TernaryName = keyof typeof ternary;
