// The recordings that hapt-har and hapt-forecast are cut from: 61 walks through twelve activities by 30 people with a
// phone at the waist, acceleration and rotation about three axes at 50 Hz.

import { readCsv } from '../formats/csv.ts';
import { DataError } from '../errors.ts';
import type { OpenFile, SetDescriptor } from './descriptor.ts';

export const CHANNELS = ['accX', 'accY', 'accZ', 'gyroX', 'gyroY', 'gyroZ'];

/** In the order of the files' numbers, which begin with 1. */
export const ACTIVITIES = [
  'walking,walking upstairs,walking downstairs,sitting,standing,laying',
  'stand to sit,sit to stand,sit to lie,lie to sit,stand to lie,lie to stand',
].flatMap((names) => names.split(','));

export const published: Pick<SetDescriptor, 'folder' | 'source' | 'licence' | 'files'> = {
  folder: 'hapt-har',
  source:
    'Reyes-Ortiz, Anguita, Oneto, Parra, "Smartphone-Based Recognition of Human Activities and Postural ' +
    'Transitions", UCI Machine Learning Repository, 2015: raw signals one behind the other, labels and split as CSV',
  licence: 'CC BY 4.0',
  files: [
    {
      name: 'streams_i16.bin',
      bytes: 13_473_264,
      sha256: '73a01f7e985ece0652a1bb9df98cc024a4741afef4539b2d29f9639e24d500c1',
    },
    {
      name: 'experiments.csv',
      bytes: 1504,
      sha256: 'a23ae778bcf0b2fec82f01d6266daf66064c5ce513847ea55bc194bba4863314',
    },
    { name: 'labels.csv', bytes: 22_328, sha256: '896c5efa7fd325dc43cad909efbfa9f39b6ab7be1691d7b3a50c4cbf9d389e6f' },
  ],
};

/** By the numbers that the files give them. */
export const PEOPLE = Array.from({ length: 30 }, (_, person) => `${person + 1}`);

/** A stretch of one recording. */
export interface Stretch {
  /** (samples, 6), in g and rad/s. */
  readonly values: Float32Array;
  readonly part: 'train' | 'test';
  /** Whose it is, an index into `PEOPLE`. */
  readonly person: number;
}

/** @throws DataError where the lengths in experiments.csv are not those of the signals */
export async function readRecordings(open: OpenFile): Promise<Stretch[]> {
  const signals = await open('streams_i16.bin');
  const { data, labels: parts = [], columns } = readCsv(await open('experiments.csv'), { label: 'split' });
  const width = columns.length;
  const [user, offset, length] = ['user', 'offset', 'samples'].map((name) => columns.indexOf(name));
  const total = parts.reduce((sum, _, row) => sum + data[row * width + length], 0);
  if (2 * CHANNELS.length * total !== signals.length) {
    throw new DataError(`hapt-har: ${signals.length} bytes of signals do not fit ${total} samples of 6 int16 each`);
  }
  return parts.map((part, row) => ({
    values: readSignals(signals, data[row * width + offset], data[row * width + length]),
    part: part === 'test' ? 'test' : 'train',
    person: data[row * width + user] - 1,
  }));
}

/** Units as the publisher's: 1/720 g, and 0.0175 degrees a second. */
const UNITS = CHANNELS.map((_, channel) => (channel < 3 ? 1 / 720 : (0.0175 * Math.PI) / 180));

function readSignals(bytes: Uint8Array, first: number, samples: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = 2 * CHANNELS.length * first;
  return new Float32Array(CHANNELS.length * samples).map(
    (_, at) => view.getInt16(start + 2 * at, true) * UNITS[at % CHANNELS.length],
  );
}

/** The windows of `length` samples that begin every `step` samples and lie inside `values`. */
export function* windows(values: Float32Array, length: number, step: number): Generator<Float32Array, void> {
  const width = CHANNELS.length;
  for (let first = 0; first + length * width <= values.length; first += step * width) {
    yield values.subarray(first, first + length * width);
  }
}
