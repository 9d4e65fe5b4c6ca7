// The functions of elementwise.ts in plain TypeScript, bit for bit.

import { ELU_FLOOR, LEAK, type BinaryName, type TernaryName, type UnaryName } from '../parts/elementwise.ts';
import { flushed } from '../parts/flush.ts';
import { exp, expm1, log, sigmoid, softplus, tanh } from './math.ts';

const { fround } = Math;
const leak = fround(LEAK);

export const unaryReference: Record<UnaryName, (x: number) => number> = {
  identity: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  leakyRelu: (x) => Math.max(x, fround(x * leak)),
  elu: (x) => (x < 0 ? expm1(Math.max(x, ELU_FLOOR)) : x),
  tanh,
  sigmoid,
  softplus,
  exp,
  log,
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  flush: flushed,
  floor: Math.floor,
  sqrt: (x) => fround(Math.sqrt(x)),
  square: (x) => fround(x * x),
  reciprocal: (x) => fround(1 / x),
};

export const binaryReference: Record<BinaryName, (a: number, b: number) => number> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  min: Math.min,
  max: Math.max,
  less: (a, b) => (a < b ? 1 : 0),
  greater: (a, b) => (a > b ? 1 : 0),
};

export const ternaryReference: Record<TernaryName, (a: number, b: number, c: number) => number> = {
  where: (a, b, c) => (a > 0 ? b : c),
};
