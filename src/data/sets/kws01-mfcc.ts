// Keyword spotting of MLPerf Tiny: 1,000 clips of one second as 49 frames of 10 MFCC, int8, with 12 labels. A fifth of
// each class is the test set.

import { createDataset, folds, subset, type LabelledSet, type TrainTest } from '../dataset.ts';
import { DataError } from '../errors.ts';
import type { OpenFile, SetDescriptor } from './descriptor.ts';
import { standardized } from './standardize.ts';

const [FRAMES, COEFFICIENTS] = [49, 10];
const CLIP = FRAMES * COEFFICIENTS;
const CLASS_NAMES = 'Down,Go,Left,No,Off,On,Right,Stop,Up,Yes,Silence,Unknown'.split(',');
const SEED = 1;

export const kws01Mfcc: SetDescriptor<LabelledSet> = {
  name: 'kws01-mfcc',
  source:
    'the 1,000 files of kws01 in the runner of MLPerf Tiny (Banbury et al., NeurIPS Datasets and Benchmarks, 2021), ' +
    'one behind the other; clips of Speech Commands (Warden, arXiv 1804.03209)',
  licence: 'CC BY 4.0',
  files: [
    {
      name: 'mfcc_i8_1000x49x10.bin',
      bytes: 490_000,
      sha256: 'c2e5f02def82726f5c49dfe85c311c52f295ad68561f6bae89931fdadaaedc73',
    },
    {
      name: 'labels_u8.bin',
      bytes: 1000,
      sha256: '5ac94dbdf436c844edf433b207d8d61f0e10e0a86335f1b12beb3b2fdc212111',
    },
  ],
  read: async (open) => fifth(await readClips(open), 0),
};

/** One fifth of each class, 0 to 4, as the test set. */
export function fifth(whole: LabelledSet, which: number): TrainTest<LabelledSet> {
  const parts = folds(whole, 5, SEED);
  const [held] = parts.splice(which, 1);
  // their scales differ by a factor of 26
  return standardized({ train: subset(whole, parts.flat()), test: subset(whole, held) }, COEFFICIENTS);
}

/** Coefficients as they lie in the file. */
export async function readClips(open: OpenFile): Promise<LabelledSet> {
  const [clips, labels] = [await open('mfcc_i8_1000x49x10.bin'), await open('labels_u8.bin')];
  if (clips.length !== labels.length * CLIP) {
    throw new DataError(
      `kws01-mfcc: ${clips.length} bytes of clips do not fit ${labels.length} labels of ${CLIP} each`,
    );
  }
  const inputs = Float32Array.from(new Int8Array(clips.buffer, clips.byteOffset, clips.length));
  const inputShape = [FRAMES, COEFFICIENTS, 1];
  return createDataset({
    name: 'kws01-mfcc',
    inputs,
    labels: new Uint8Array(labels),
    inputShape,
    classNames: CLASS_NAMES,
  });
}
