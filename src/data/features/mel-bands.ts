// The triangles that gather the bins of a spectrum into mel bands: between neighbouring points, evenly spaced in mel.
//
// Source: O'Shaughnessy, "Speech communication", 1987 (htk); Slaney, "Auditory toolbox", Interval TR 1998-010.

import { exp, log } from '../../../runtime/simd/twins/math.ts';

/** 2595 log10(1 + f / 700); or linear below 1 kHz. */
export type Scale = 'htk' | 'slaney';
/** Whether a band is divided by half its width in Hz. */
export type Norm = 'slaney' | null;

/** Weights of neighbouring bins, the first of them at `firstBin`. */
export interface Band {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

interface Conversion {
  readonly mel: (hz: number) => number;
  readonly hz: (mel: number) => number;
}

const LN6_4 = 1.8562979903656263;
/** Slaney's: 15 mel below 1 kHz, from there on 27 for a factor of 6.4. */
const [KNEE_HZ, KNEE_MEL, STEP] = [1000, 15, LN6_4 / 27];

export const scales: Readonly<Record<Scale, Conversion>> = {
  htk: {
    mel: (hz) => (2595 / Math.LN10) * log(Math.fround(1 + hz / 700)),
    hz: (mel) => 700 * (exp(Math.fround((mel * Math.LN10) / 2595)) - 1),
  },
  slaney: {
    mel: (hz) => (hz < KNEE_HZ ? (3 * hz) / 200 : KNEE_MEL + log(Math.fround(hz / KNEE_HZ)) / STEP),
    hz: (mel) => (mel < KNEE_MEL ? (200 * mel) / 3 : KNEE_HZ * exp(Math.fround((mel - KNEE_MEL) * STEP))),
  },
};

export interface BandOptions {
  /** Hz from one bin to the next. */
  readonly binWidth: number;
  readonly bins: number;
  readonly nMels: number;
  readonly fMin: number;
  readonly fMax: number;
  readonly melScale: Scale;
  readonly norm: Norm;
}

export function melBands({ binWidth, bins, nMels, fMin, fMax, melScale, norm }: BandOptions): Band[] {
  const { mel, hz } = scales[melScale];
  const [low, high] = [mel(fMin), mel(fMax)];
  const points = Array.from({ length: nMels + 2 }, (_, at) => hz(low + ((high - low) * at) / (nMels + 1)));
  return Array.from({ length: nMels }, (_, m) => {
    const [begin, middle, end] = points.slice(m, m + 3);
    const height = norm === 'slaney' ? 2 / (end - begin) : 1;
    const firstBin = Math.ceil(begin / binWidth);
    const count = Math.max(0, Math.min(Math.floor(end / binWidth), bins - 1) - firstBin + 1);
    const weights = Float64Array.from({ length: count }, (_, at) => {
      const f = (firstBin + at) * binWidth;
      return height * Math.max(0, Math.min((f - begin) / (middle - begin), (end - f) / (end - middle)));
    });
    return { firstBin, weights };
  });
}
