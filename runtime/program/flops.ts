// What calls compute, in floating-point operations: a multiplication and an addition for each turn of their innermost
// loop. That turns as often as the product of the sizes which a kernel loops over says; all kernels have one word for
// each. It is for sharing work out, and not exact: what an update does to a weight, or a map to a value, counts as two.

import type { Call, Op } from './op.ts';
import { capacity, toDim } from './dim.ts';
import { largest } from './buffer.ts';
import type { Operand } from './expression.ts';

const LOOPED: ReadonlySet<string> = new Set([
  'batch',
  'rows',
  'n',
  'inputs',
  'outputs',
  'columns',
  'filters',
  'channels',
  'outHeight',
  'outWidth',
  'kernelHeight',
  'kernelWidth',
]);

/** Of a list of operations, at full capacity. */
export const flopsOf = (ops: readonly Op[]): number =>
  ops.reduce((total, op) => {
    if (op.kind === 'call') return total + flopsOfCall(op);
    return total + flopsOf(op.body) * (op.kind === 'loop' ? capacity(toDim(op.index.count)) : 1);
  }, 0);

function flopsOfCall({ kernel, operands }: Call): number {
  let flops = 2;
  for (const [name, parameter] of Object.entries(kernel.parameters)) {
    if (parameter.kind === 'integer' && LOOPED.has(name)) flops *= largestOf(operands[name]);
    // a panel of a gradient is as wide as its shape says
    if (parameter.kind !== 'pointer' || parameter.access !== 'inOut') continue;
    for (const axis of parameter.shape) if (typeof axis === 'number') flops *= axis;
  }
  return flops;
}

function largestOf(operand: Operand): number {
  if (typeof operand === 'number') return operand;
  if (operand.kind === 'view') return 1;
  return operand.kind === 'dim' ? capacity(operand) : largest(operand);
}
