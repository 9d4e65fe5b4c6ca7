// Keyword spotting of MLPerf Tiny: 1,000 clips of one second as 49 frames of 10 MFCC, int8, with 12 labels. A fifth of
// each class is the test set.

import { createDataset, folds, subset, type Dataset, type TrainTest } from '../dataset.ts';
import { DataError } from '../errors.ts';
import type { OpenFile, SetDescriptor } from './descriptor.ts';

const [FRAMES, COEFFICIENTS] = [49, 10];
const CLIP = FRAMES * COEFFICIENTS;
const CLASS_NAMES = 'Down,Go,Left,No,Off,On,Right,Stop,Up,Yes,Silence,Unknown'.split(',');
const SEED = 1;

export const kws01Mfcc: SetDescriptor = {
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
  async read(open) {
    const whole = await readClips(open);
    const [held, ...others] = folds(whole, 5, SEED);
    return standardized({ train: subset(whole, others.flat()), test: subset(whole, held) });
  },
};

/** Coefficients as they lie in the file. */
async function readClips(open: OpenFile): Promise<Dataset> {
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

/** Each coefficient with mean 0 and deviation 1 over the clips to learn from: their scales differ by a factor of 26. */
function standardized({ train, test }: TrainTest): TrainTest {
  const inputs = [train.inputs.slice(), test.inputs.slice()];
  for (let at = 0; at < COEFFICIENTS; at++) {
    const column = train.inputs.filter((_, index) => index % COEFFICIENTS === at) as Float32Array;
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    const deviation = Math.sqrt(variance) || 1;
    for (const part of inputs) {
      for (let index = at; index < part.length; index += COEFFICIENTS) part[index] = (part[index] - mean) / deviation;
    }
  }
  return { train: { ...train, inputs: inputs[0] }, test: { ...test, inputs: inputs[1] } };
}
