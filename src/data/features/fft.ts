// The discrete Fourier transform of a length that is a power of two, in place, and the power of what is real.
//
//   X_k = sum over n of x_n e^(-2 pi i k n / N)
//
// Source: Cooley, Tukey, Math. Comp. 19, 1965. Sines are the runtime's own, correct to float32, and sums are doubles in
// a fixed order, so every engine gives the same bits.

import { sinCos2Pi } from '../../../runtime/simd/twins/math.ts';

export type Fft = (real: Float64Array, imaginary: Float64Array) => void;

/** @param size a power of two */
export function createFft(size: number): Fft {
  const [sin, cos] = [new Float64Array(size / 2), new Float64Array(size / 2)];
  for (let k = 0; k < size / 2; k++) ({ sin: sin[k], cos: cos[k] } = sinCos2Pi(k / size));
  const order = bitReversed(size);
  return (real, imaginary) => {
    reorder(real, order);
    reorder(imaginary, order);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let first = 0; first < size; first += 2 * half) {
        for (let a = first, turn = 0; a < first + half; a++, turn += stride) {
          const b = a + half;
          const re = real[b] * cos[turn] + imaginary[b] * sin[turn];
          const im = imaginary[b] * cos[turn] - real[b] * sin[turn];
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
  };
}

/** 0 .. size-1, each with its bits in the other order. */
function bitReversed(size: number): Uint32Array {
  const order = new Uint32Array(size);
  for (let at = 1; at < size; at++) order[at] = (order[at >>> 1] >>> 1) + (at & 1 ? size >>> 1 : 0);
  return order;
}

/** Each two places swapped once. */
function reorder(values: Float64Array, order: Uint32Array): void {
  for (let at = 0; at < order.length; at++) {
    const other = order[at];
    if (other <= at) continue;
    const kept = values[at];
    values[at] = values[other];
    values[other] = kept;
  }
}
