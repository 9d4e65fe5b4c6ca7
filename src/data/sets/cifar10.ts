// CIFAR-10: 50,000 + 10,000 photographs of ten things, 32x32 in colour, uint8.
//
//   data_batch_1.bin .. data_batch_5.bin, test_batch.bin: a label, then 1,024 bytes each of red, green and blue

import { createDataset, type LabelledSet } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { gunzip } from '../formats/decompress.ts';
import { readTar } from '../formats/tar.ts';
import type { SetDescriptor } from './descriptor.ts';
import { published } from './descriptor.ts';

const ARCHIVE = 'cifar-10-binary.tar.gz';
const FOLDER = 'cifar-10-batches-bin/';
const [SIDE, CHANNELS] = [32, 3];
const PIXELS = SIDE * SIDE;
const RECORD = 1 + CHANNELS * PIXELS;
export const CLASS_NAMES = 'airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'.split(',');

export const cifar10: SetDescriptor<LabelledSet> = {
  name: 'cifar10',
  source: 'Krizhevsky, "Learning multiple layers of features from tiny images", 2009',
  licence: 'not stated',
  files: published('https://www.cs.toronto.edu/~kriz/', [
    ARCHIVE,
    170_052_171,
    'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd', // as TensorFlow Datasets has it too
  ]),
  async read(open) {
    const files = readTar(await gunzip(await open(ARCHIVE)));
    return {
      train: readPictures([1, 2, 3, 4, 5].map((part) => fileOf(files, `data_batch_${part}.bin`))),
      test: readPictures([fileOf(files, 'test_batch.bin')]),
    };
  },
};

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const file = files.get(FOLDER + name);
  if (file && file.length % RECORD === 0) return file;
  throw new DataError(`cifar10: ${name} has ${file?.length ?? 'no'} bytes; wanted a multiple of ${RECORD}`);
}

/** Colours come plane by plane and become the last axis. */
function readPictures(batches: readonly Uint8Array[]): LabelledSet {
  const count = batches.reduce((sum, { length }) => sum + length / RECORD, 0);
  const [inputs, labels] = [new Uint8Array(count * CHANNELS * PIXELS), new Uint8Array(count)];
  let row = 0;
  for (const batch of batches) {
    for (let first = 0; first < batch.length; first += RECORD, row++) {
      labels[row] = batch[first];
      const picture = inputs.subarray(row * CHANNELS * PIXELS);
      for (let at = 0; at < CHANNELS * PIXELS; at++) {
        picture[(at % PIXELS) * CHANNELS + Math.floor(at / PIXELS)] = batch[first + 1 + at];
      }
    }
  }
  return createDataset({
    name: 'cifar10',
    inputs,
    labels,
    inputShape: [SIDE, SIDE, CHANNELS],
    classNames: CLASS_NAMES,
  });
}
