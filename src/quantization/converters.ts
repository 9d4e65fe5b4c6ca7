// What stands around an array of devices: converters of so many bits at its rows and columns, with bounds, and noise of
// every reading. The bias is a row of the array. What pulls errors back through it is ideal, and weights learn from
// inputs as the array saw them.
//
//   x <- round(clip(x / inputBound) n) inputBound / n,  y <- the same of y + readNoise N(0, 1),   n = 2^(bits - 1) - 1

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import { ABOVE_ZERO, expectFinite, expectOptions, expectWithin } from '../options.ts';
import type { Converters } from './storage.ts';

export interface ConverterOptions {
  /** Of the converters at the rows; default: inputs are not rounded. */
  readonly inputBits?: number;
  /** Inputs beyond are clipped. Default 1. */
  readonly inputBound?: number;
  /** Of the converters at the columns; default: sums are not rounded. */
  readonly outputBits?: number;
  /** Sums beyond are clipped. Default 12. */
  readonly outputBound?: number;
  /** Deviation of a sum, in units of the sum. Default 0. */
  readonly readNoise?: number;
}

/** @throws ConfigurationError for an option that is not known, bits that are none, and bounds that are not above 0. */
export function converters(options: ConverterOptions): Converters {
  const { inputBits, inputBound = 1, outputBits, outputBound = 12, readNoise = 0 } = options;
  expectOptions('converters', options, ['inputBits', 'inputBound', 'outputBits', 'outputBound', 'readNoise']);
  for (const [name, bits] of Object.entries({ inputBits, outputBits })) {
    if (bits !== undefined) expectWithin(`converters: ${name}`, bits, 2, 16);
  }
  expectFinite('converters: inputBound', inputBound, [ABOVE_ZERO]);
  expectFinite('converters: outputBound', outputBound, [ABOVE_ZERO]);
  expectFinite('converters: readNoise', readNoise, [0]);
  return {
    name: `converters ${JSON.stringify({ inputBits, inputBound, outputBits, outputBound, readNoise })}`,
    drive: (x) => (inputBits === undefined ? x : converted(x, inputBits, inputBound)),
    sense(p, name, sums, at) {
      const read = readNoise === 0 ? sums : sums.plus(noise(p, name, sums, readNoise, at));
      return outputBits === undefined ? read : converted(read, outputBits, outputBound);
    },
  };
}

function converted(value: Expression, bits: number, bound: number): Expression {
  const steps = 2 ** (bits - 1) - 1;
  const share = value.over(bound).min(1).max(-1);
  return share
    .times(steps)
    .plus(0.5)
    .map('floor')
    .times(bound / steps);
}

const noise = (p: Program, name: string, { shape }: Tensor, scale: number, at?: Moment): Expression =>
  p.drawn(`${name}/readNoise`, shape, { kind: 'normal', scale, each: 'step', per: 'sample', at });
