// Features of sound against what can be said beforehand (bench/data/features.ts compares them with librosa's), and events.

import { describe, expect, test } from 'vitest';
import { createFft } from '../../src/data/features/fft.ts';
import {
  DataError,
  levelCrossing,
  logMel,
  melSpectrogram,
  mfcc,
  saccades,
  toFrames,
  type TypedArray,
} from '../../src/data/index.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { uniform } from '../../bench/shared/random.ts';

describe('createFft', () => {
  test.each([1, 2, 8, 64])('of %i is the sum written out, within 1e-6 of the largest', (size) => {
    const draw = uniform(size);
    const [re, im] = [0, 1].map(() => Float64Array.from({ length: size }, () => 2 * draw() - 1));
    const wanted = Array.from({ length: size }, (_, k) => {
      let [sumRe, sumIm] = [0, 0];
      for (let n = 0; n < size; n++) {
        const [cos, sin] = [Math.cos((2 * Math.PI * k * n) / size), Math.sin((2 * Math.PI * k * n) / size)];
        sumRe += re[n] * cos + im[n] * sin;
        sumIm += im[n] * cos - re[n] * sin;
      }
      return [sumRe, sumIm];
    });
    createFft(size)(re, im);
    wanted.forEach(([x, y], k) => {
      expect(Math.hypot(re[k] - x, im[k] - y)).toBeLessThan(1e-6 * Math.sqrt(size));
    });
  });
});

describe('mel features', () => {
  const signal = Float32Array.from({ length: 1000 }, (_, n) => 0.5 * Math.sin(n * n * 2e-4));
  const options = { sampleRate: 8000, nFft: 256, hopLength: 160, nMels: 20, fMin: 20 };

  test.each([
    [true, [7, 20]],
    [false, [5, 20]],
  ])('centred %s, have frames in rows', (center, shape) => {
    expect(melSpectrogram({ ...options, center })(signal).shape).toEqual(shape);
    expect(logMel({ ...options, center })(signal).shape).toEqual(shape);
    expect(mfcc({ ...options, center })(signal).shape).toEqual([shape[0], 13]);
  });

  test('a tone is in its band: the one in whose middle it is', () => {
    const middle = 700 * (10 ** ((((2595 * Math.log10(1 + 4000 / 700)) / 21) * 11) / 2595) - 1);
    const tone = Float32Array.from({ length: 512 }, (_, n) => Math.sin((2 * Math.PI * middle * n) / 8000));
    const { data } = melSpectrogram({ sampleRate: 8000, nMels: 20, center: false })(tone);
    expect(data.indexOf(Math.max(...data))).toBe(10);
  });

  test('silence is the logarithm of the floor, its cepstrum the first coefficient alone', () => {
    const silence = new Float32Array(256);
    const floor = Math.log(1e-6);
    for (const value of logMel(options)(silence).data) expect(value).toBeCloseTo(floor, 5);
    const [first, ...others] = mfcc({ ...options, center: false })(silence).data;
    expect(first).toBeCloseTo(Math.sqrt(20) * floor, 3);
    for (const value of others) expect(Math.abs(value)).toBeLessThan(1e-4);
  });

  test('a transform may be used again, and for whole numbers', () => {
    const transform = mfcc(options);
    const once = transform(signal);
    transform(signal.map((value) => -2 * value));
    expect(transform(signal)).toEqual(once);
    expect(melSpectrogram(options)(Int16Array.of(3, -5)).data.every(Number.isFinite)).toBe(true);
  });

  test('a signal without a frame is refused', () => {
    expect(() => mfcc({ ...options, center: false })(new Float32Array(255))).toThrow(
      'a signal of 255 samples has no frame; wanted at least 256',
    );
    expect(() => mfcc(options)([])).toThrow(DataError);
  });

  test.each([
    [{ nFft: 400 }, 'nFft is 400, wanted a power of two above 1'],
    [{ fMax: 4001 }, 'fMax is 4001, wanted more than 20 and at most 4000'],
    [{ winLength: 257 }, 'winLength is 257, wanted a whole number from 1 to 256'],
    [{ nMfcc: 21 }, 'nMfcc is 21, wanted a whole number from 1 to 20'],
    [{ norm: 'l2' as 'slaney' }, "norm is 'l2', wanted null or slaney"],
    [{ n_fft: 256 }, "mfcc has no option 'n_fft'"],
  ])('options of no use are refused: %o', (wrong, message) => {
    expect(() => mfcc({ ...options, ...wrong })).toThrow(message);
    expect(() => mfcc({ ...options, ...wrong })).toThrow(ConfigurationError);
  });
});

describe('levelCrossing', () => {
  test('fires once for each threshold that is passed, evenly between two frames', () => {
    const data = Float32Array.of(0, 5, 1, 5, 1, 2.5, -1, 2);
    const { times, units, shape } = levelCrossing({ data, shape: [4, 2] }, 1);
    expect(shape).toEqual([2, 2]);
    expect([...times].map((time, at) => [units[at], time])).toEqual([
      [0, 1],
      [3, 1.4],
      [3, 1.8],
      [1, 2.5],
      [1, 3],
      [3, 3],
    ]);
  });

  test('what moves less than the threshold is silent; drifts add up', () => {
    const drift = Float32Array.from({ length: 31 }, (_, frame) => 0.1 * frame + 0.04 * (frame % 2));
    const { units } = levelCrossing({ data: drift, shape: [31, 1] }, 1);
    expect(units.filter((unit) => unit === 1)).toHaveLength(0);
    expect(units.length).toBeGreaterThanOrEqual(2);
    expect(() => levelCrossing({ data: drift, shape: [31, 1] }, 0)).toThrow('threshold is 0');
  });
});

test('events as frames: 255 where there was one, late ones left out', () => {
  const events = { times: Float64Array.of(0, 9, 10, 39, 40), units: Uint32Array.of(0, 0, 2, 1, 1), shape: [3] };
  expect(toFrames(events, { steps: 4, duration: 40 })).toEqual(Uint8Array.of(255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0));
  expect(() => toFrames({ ...events, shape: [2] }, { steps: 4, duration: 40 })).toThrow(
    'event 2 is of unit 2; wanted one of [2]',
  );
});

test('saccades end where they began, and lose no ink of a digit', () => {
  const data = new Uint8Array(28 * 28);
  for (let y = 4; y < 24; y++) for (let x = 4; x < 24; x++) data[28 * y + x] = 4 * (x + y);
  const { data: seen, shape } = saccades({ data, shape: [28, 28] });
  expect(shape).toEqual([13, 14, 14]);
  const frame = (at: number): TypedArray => seen.subarray(196 * at, 196 * (at + 1));
  const inkOf = (at: number): number => Array.from(frame(at)).reduce((sum, value) => sum + value, 0);
  const ink = inkOf(0);
  expect(4 * ink).toBe(data.reduce((sum, value) => sum + value, 0));
  for (let at = 1; at < 13; at++) expect(inkOf(at)).toBe(ink);
  expect(frame(12)).toEqual(frame(0));
  expect([frame(0)[0], frame(4)[2 + 14 * 4], frame(8)[4]]).toEqual([36, 36, 36]);
});
