// parts/requantize.ts in plain TypeScript, value by value, bit for bit.

import { LEAST, MOST, type IntegerOutput, type IntegerProduct } from '../parts/requantize.ts';
import { unaryReference } from './elementwise.ts';
import { nearestEven } from './math.ts';

const { fround } = Math;

interface Kept {
  readonly yScale: number;
  readonly yZero: number;
  readonly range: Float32Array;
}

/** What an output keeps of a value; takes it into the range where that is observed. */
export function quantizerReference(output: IntegerOutput, { yScale, yZero, range }: Kept): (y: number) => number {
  if (output === 'f32') return (y) => y;
  const steps = fround(1 / yScale);
  if (output === 'observed') range.fill(0);
  return (y) => {
    if (output === 'observed') {
      if (-y > range[0]) range[0] = -y;
      if (y > range[1]) range[1] = y;
    }
    const wanted = nearestEven(fround(fround(y * steps) + yZero));
    return wanted > LEAST ? Math.min(wanted, MOST) : LEAST;
  };
}

interface Columns extends Kept {
  readonly xScale: number;
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** What a finished sum of a column becomes. */
export function requantizeReference(product: IntegerProduct, args: Columns): (sum: number, column: number) => number {
  const { activation, start, output } = product;
  const quantize = quantizerReference(output, args);
  return (sum, column) => {
    const y = fround(fround(sum) * fround(args.scale[column] * args.xScale));
    return quantize(unaryReference[activation](start === 'bias' ? fround(y + args.bias[column]) : y));
  };
}
