// Sound as bands that are as wide as the ear's, and as their cepstrum. Names are librosa's and torchaudio's, and so are
// the figures: `npx tsx bench/data/features.ts`. Rows are frames, as a network with time wants them, where those have
// bands.
//
//   power  P(t, k) = |sum over n of w_n x(t hop + n) e^(-2 pi i k n / nFft)|^2,  w a Hann window of winLength
//   mel    M(t, m) = sum over k of filter(m, k) P(t, k): triangles between neighbouring points, evenly spaced in mel
//   log    L(t, m) = ln(M(t, m) + 1e-6)
//   mfcc   C(t, c) = sqrt((c = 0 ? 1 : 2) / nMels) sum over m of L(t, m) cos(pi c (m + 1/2) / nMels)
//
// Source: Davis, Mermelstein, IEEE Trans. ASSP 28(4), 1980. Every engine gives the same bits: no function of Math that
// rounds as it likes, and sums in order.

import { log, sinCos2Pi } from '../../../runtime/simd/twins/math.ts';
import { boolean, expectIs, expectOptions, expectThat, finite, integer, positive } from '../../options.ts';
import { DataError } from '../errors.ts';
import type { NDArray } from '../formats/ndarray.ts';
import { createFft } from './fft.ts';
import { type Band, melBands, type Norm, type Scale, scales } from './mel-bands.ts';

export interface MelOptions {
  /** Samples a second. */
  readonly sampleRate: number;
  /** Samples of a transform, a power of two; 512 unless told. */
  readonly nFft?: number;
  /** Samples under the window, in the middle of `nFft`; as many unless told. */
  readonly winLength?: number;
  /** Samples from one frame to the next; half of `winLength` unless told. */
  readonly hopLength?: number;
  /** Bands; 40 unless told. */
  readonly nMels?: number;
  /** Where the lowest band begins, in Hz; 0 unless told. */
  readonly fMin?: number;
  /** Where the highest band ends, in Hz; half of `sampleRate` unless told. */
  readonly fMax?: number;
  /** 'htk', 2595 log10(1 + f / 700), unless told; 'slaney' is linear below 1 kHz. */
  readonly melScale?: Scale;
  /** 'slaney' divides a band by its width in Hz; `null` unless told. */
  readonly norm?: Norm;
  /** Whether frame t is about sample t `hopLength`, with zeros around the signal; true unless told. */
  readonly center?: boolean;
}

export interface MfccOptions extends MelOptions {
  /** Coefficients; 13 unless told. */
  readonly nMfcc?: number;
}

/** What turns a signal, one channel, into (frames, features). */
export type Transform = (signal: ArrayLike<number>) => NDArray & { readonly data: Float32Array };

/** Told apart from silence is what is louder than this. */
const FLOOR = 1e-6;
const MEL_KEYS = 'sampleRate,nFft,winLength,hopLength,nMels,fMin,fMax,melScale,norm,center'.split(',');

/**
 * The power in each mel band: (frames, nMels).
 *
 * @throws ConfigurationError for an option that is not known, or of no use
 */
export function melSpectrogram(options: MelOptions): Transform {
  expectOptions('melSpectrogram', options, MEL_KEYS);
  return byFrames(options, (mel) => mel.slice());
}

/** The natural logarithm of it: (frames, nMels). @throws ConfigurationError as `melSpectrogram` */
export function logMel(options: MelOptions): Transform {
  expectOptions('logMel', options, MEL_KEYS);
  return byFrames(options, logarithms);
}

/** Its cepstral coefficients: (frames, nMfcc). @throws ConfigurationError as `melSpectrogram` */
export function mfcc(options: MfccOptions): Transform {
  expectOptions('mfcc', options, [...MEL_KEYS, 'nMfcc']);
  const { nMels = 40, nMfcc = 13 } = options;
  expectIs('nMfcc', nMfcc, integer(1, nMels));
  const rows = cosines(nMfcc, nMels);
  return byFrames(options, (mel) => {
    const bands = logarithms(mel);
    return rows.map((row) => row.reduce((sum, cosine, m) => sum + cosine * bands[m], 0));
  });
}

const logarithms = (mel: Float64Array): number[] => Array.from(mel, (power) => log(Math.fround(power + FLOOR)));

/** The rows of a DCT-II, orthonormal. */
function cosines(rows: number, bands: number): Float64Array[] {
  return Array.from({ length: rows }, (_, c) => {
    const scale = Math.sqrt((c === 0 ? 1 : 2) / bands);
    return Float64Array.from({ length: bands }, (_, m) => scale * cosine((c * (2 * m + 1)) / (4 * bands)));
  });
}

/** Of an angle in turns. */
const cosine = (turns: number): number => sinCos2Pi(Math.fround(turns % 1)).cos;

/** What gives the features of every frame; `mel` is filled anew for each. */
function byFrames(options: MelOptions, features: (mel: Float64Array) => ArrayLike<number>): Transform {
  const { nFft, hopLength, window, bands, center } = plan(options);
  const fft = createFft(nFft);
  const [real, imaginary, mel] = [nFft, nFft, bands.length].map((length) => new Float64Array(length));
  return (signal) => {
    const before = center ? nFft / 2 : 0;
    const frames = 1 + Math.floor((signal.length + 2 * before - nFft) / hopLength);
    if (frames < 1 || signal.length === 0) {
      throw new DataError(`a signal of ${signal.length} samples has no frame; wanted at least ${center ? 1 : nFft}`);
    }
    const rows = Array.from({ length: frames }, (_, frame) => {
      windowed(real, signal, frame * hopLength - before, window);
      fft(real, imaginary.fill(0));
      bands.forEach((band, m) => {
        mel[m] = gathered(band, real, imaginary);
      });
      return features(mel);
    });
    const data = new Float32Array(frames * rows[0].length);
    rows.forEach((row, frame) => data.set(row, frame * row.length));
    return { data, shape: [frames, rows[0].length] };
  };
}

/** The signal from `first` on, 0 where there is none. */
function windowed(out: Float64Array, signal: ArrayLike<number>, first: number, window: Float64Array): void {
  for (let n = 0; n < out.length; n++) {
    const at = first + n;
    out[n] = at >= 0 && at < signal.length ? window[n] * signal[at] : 0;
  }
}

/** The power of a band. */
function gathered({ firstBin, weights }: Band, real: Float64Array, imaginary: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) {
    const [re, im] = [real[firstBin + at], imaginary[firstBin + at]];
    sum += weights[at] * (re * re + im * im);
  }
  return sum;
}

interface Plan {
  readonly nFft: number;
  readonly hopLength: number;
  readonly center: boolean;
  /** (nFft) */
  readonly window: Float64Array;
  readonly bands: readonly Band[];
}

/** @throws ConfigurationError */
function plan(options: MelOptions): Plan {
  const { sampleRate, nFft = 512, winLength = nFft, hopLength = Math.floor(winLength / 2), center = true } = options;
  const { nMels = 40, fMin = 0, fMax = sampleRate / 2, melScale = 'htk', norm = null } = options;
  expectIs('sampleRate', sampleRate, positive);
  expectThat(nFft >= 2 && Number.isInteger(nFft) && (nFft & (nFft - 1)) === 0, 'nFft', nFft, 'a power of two above 1');
  expectIs('winLength', winLength, integer(1, nFft));
  expectIs('hopLength', hopLength, integer(1));
  expectIs('nMels', nMels, integer(1));
  expectIs('fMin', fMin, finite(0, sampleRate / 2));
  expectThat(fMax > fMin && fMax <= sampleRate / 2, 'fMax', fMax, `more than ${fMin} and at most ${sampleRate / 2}`);
  expectThat(melScale in scales, 'melScale', melScale, Object.keys(scales).join(' or '));
  expectThat(norm === null || norm === 'slaney', 'norm', norm, 'null or slaney');
  expectIs('center', center, boolean);
  const bands = melBands({ binWidth: sampleRate / nFft, bins: nFft / 2 + 1, nMels, fMin, fMax, melScale, norm });
  return { nFft, hopLength, center, window: hann(winLength, nFft), bands };
}

/** Periodic, in the middle of `size`. */
function hann(length: number, size: number): Float64Array {
  const window = new Float64Array(size);
  const first = Math.floor((size - length) / 2);
  for (let n = 0; n < length; n++) window[first + n] = 0.5 - 0.5 * cosine(n / length);
  return window;
}
