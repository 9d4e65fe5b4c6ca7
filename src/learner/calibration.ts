// Samples as int8: their scale and zero point, found among the samples that a learner is calibrated on, and the way of
// each sample into its port. In double, by sums and quotients alone, so every engine has the same bits.

import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { LEAST, MOST } from '../../runtime/simd/parts/requantize.ts';
import { nearestEven } from '../../runtime/simd/twins/math.ts';
import type { Rows, Standardizer } from './standardization.ts';

/** Added to a number and taken away, it leaves the nearest integer, ties to even. */
const NEAREST = 1.5 * 2 ** 52;

/** The way of a sample as floats. */
type Copying = Pick<Standardizer, 'copy'>;

/** Where scale and zero point stand. */
export interface Affine {
  readonly scale: Float32Array;
  readonly zero: Int32Array;
}

/** Writes samples as int8. */
export class Quantizer {
  readonly #at: Affine;
  readonly #row: Float32Array;

  constructor(at: Affine, sampleSize: number) {
    this.#at = at;
    this.#row = new Float32Array(sampleSize);
  }

  /** Whether there is a scale. */
  get isCalibrated(): boolean {
    return this.#at.scale[0] > 0;
  }

  copy(standardizer: Copying, samples: Rows, index: number, out: ElementArray, offset: number): void {
    const [row, scale, zero] = [this.#row, this.#at.scale[0], this.#at.zero[0]];
    standardizer.copy('input', samples, index, row, 0);
    for (let i = 0; i < row.length; i++) {
      const wanted = row[i] / scale + zero;
      out[offset + i] = wanted > LEAST ? Math.min(wanted, MOST) + NEAREST - NEAREST : LEAST;
    }
  }

  /** Takes the range of these samples. */
  calibrate(standardizer: Copying, samples: Rows, rows: ArrayLike<number>): void {
    let [low, high] = [0, 0];
    for (let at = 0; at < rows.length; at++) {
      standardizer.copy('input', samples, rows[at], this.#row, 0);
      for (const value of this.#row) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    this.#at.scale[0] = (high - low || 1) / (MOST - LEAST);
    this.#at.zero[0] = nearestEven(LEAST - low / this.#at.scale[0]);
  }
}
