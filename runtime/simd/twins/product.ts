// How products begin sums and end them (parts/product.ts) in plain TypeScript, bit for bit.

import type { ElementArray } from '../../wasm/pointer.ts';
import { panelIndex } from '../parts/panels.ts';
import type { Product } from '../parts/product.ts';
import { unaryReference } from './elementwise.ts';
import { asFloatReference } from './reading.ts';

type Columns = Readonly<Record<'bias' | 'scale', Float32Array>>;

export const beginSumReference = ({ start, reading }: Product, { bias }: Columns, column: number): number =>
  start === 'bias' && !reading.scaled ? bias[column] : 0;

/** The output that a finished sum makes. */
export function endSumReference(product: Product, { bias, scale }: Columns, column: number, sum: number): number {
  const { activation, start, reading } = product;
  const scaled = reading.scaled ? Math.fround(sum * scale[column]) : sum;
  const whole = reading.scaled && start === 'bias' ? Math.fround(bias[column] + scaled) : scaled;
  return unaryReference[activation](whole);
}

type MatmulArgs = Columns &
  Readonly<Record<'out' | 'x', Float32Array>> &
  Readonly<Record<'batch' | 'inputs' | 'outputs', number>> & { readonly weight: ElementArray };

/** x W in panels, of which each has `pitch` rows in memory; default: `inputs`. */
export function matmulReference(product: Product, args: MatmulArgs, pitch = args.inputs): void {
  const { out, x, weight, batch, inputs, outputs } = args;
  const at = (i: number, o: number): number => asFloatReference(product.reading, weight, panelIndex(pitch, i, o));
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      let sum = beginSumReference(product, args, o);
      for (let i = 0; i < inputs; i++) sum = Math.fround(sum + Math.fround(x[b * inputs + i] * at(i, o)));
      out[b * outputs + o] = endSumReference(product, args, o, sum);
    }
  }
}
