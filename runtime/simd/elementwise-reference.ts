// The functions of elementwise.ts in plain TypeScript, bit for bit.

import type { UnaryName } from './elementwise.ts';

export const unaryReference: Record<UnaryName, (x: number) => number> = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: (x) => x,
};
