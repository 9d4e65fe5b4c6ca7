// `npx tsx bench/data/features.ts [--json]`: mel spectrogram, logarithm and MFCC beside librosa's, on a chirp in noise,
// for both scales and norms, short windows and centred frames. Exits with 1 where a value differs by more than 1e-5 of
// the largest.

import { join } from 'node:path';
import { logMel, melSpectrogram, mfcc, type MfccOptions, type Transform } from '../../src/data/index.ts';
import { PythonError, runPython } from '../../tools/python.ts';
import { uniform } from '../shared/random.ts';

const LIMIT = 1e-5;
const SEED = 1;

const environment = {
  name: 'features',
  folder: join(import.meta.dirname, 'librosa'),
  about: 'librosa for bench/data/features.ts',
};

/** All are told, so that both sides mean the same. */
const usual = { sampleRate: 8000, nFft: 256, winLength: 256, hopLength: 160, nMels: 40, nMfcc: 13 } as const;
const range = { fMin: 20, fMax: 4000, melScale: 'htk', norm: null, center: false } as const;
const subjects: readonly Required<MfccOptions>[] = [
  { ...usual, ...range },
  { ...usual, ...range, center: true },
  { ...usual, ...range, nFft: 512, winLength: 320 },
  { ...usual, ...range, melScale: 'slaney', norm: 'slaney' },
  { ...usual, sampleRate: 16000, nFft: 512, winLength: 400, nMels: 64, ...range, fMin: 60, fMax: 7600 },
];

const draw = uniform(SEED);
const signal = Float32Array.from({ length: 4000 }, (_, n) => 0.5 * Math.sin(n * n * 2e-4) + 0.01 * (draw() - 0.5));

interface Row {
  readonly subject: number;
  readonly feature: string;
  readonly difference: number;
}

try {
  const theirs = askLibrosa();
  const rows = subjects.flatMap(({ nMfcc, ...options }, subject): Row[] => {
    const ours = { mel: melSpectrogram(options), log: logMel(options), mfcc: mfcc({ nMfcc, ...options }) };
    return Object.entries(ours).map(([feature, transform]) => ({
      subject,
      feature,
      difference: differenceOf(transform, theirs[subject][feature]),
    }));
  });
  const passed = rows.every(({ difference }) => difference <= LIMIT);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ limit: LIMIT, passed, rows }));
  else
    for (const row of rows) console.log(`${row.subject} ${row.feature.padEnd(5)} ${row.difference.toExponential(1)}`);
  process.exitCode = passed ? 0 : 1;
} catch (error) {
  if (!(error instanceof PythonError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function askLibrosa(): Record<string, number[][]>[] {
  const input = JSON.stringify(subjects.map((options) => ({ options, signal: Array.from(signal) })));
  return JSON.parse(runPython(environment, 'features.py', [], input));
}

/** The largest difference, relative to the largest value; infinite where there are other frames or features. */
function differenceOf(transform: Transform, wanted: readonly (readonly number[])[]): number {
  const { data, shape } = transform(signal);
  if (shape[0] !== wanted.length || shape[1] !== wanted[0].length) return Infinity;
  const flat = wanted.flat();
  const [most, largest] = [flat.map((value, at) => Math.abs(value - data[at])), flat.map(Math.abs)].map((values) =>
    Math.max(...values),
  );
  return most / largest;
}
