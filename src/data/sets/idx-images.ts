// The four IDX files that MNIST made customary, as a training and a test set of uint8 pictures.

import type { LabelledSet, TrainTest } from '../dataset.ts';
import { createDataset, numberedClasses } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readIdx } from '../formats/idx.ts';
import type { OpenFile } from './descriptor.ts';

/**
 * Reads train-images, train-labels, t10k-images and t10k-labels (-idx3-ubyte.gz, -idx1-ubyte.gz).
 *
 * @param classNames '0', '1', ... up to the largest label unless told
 * @throws DataError where a file is damaged, holds anything but uint8, or pictures and labels differ in number
 */
export async function readIdxImages(
  name: string,
  open: OpenFile,
  classNames?: string[],
): Promise<TrainTest<LabelledSet>> {
  const train = await readPart('train', open);
  const test = await readPart('t10k', open);
  const names = classNames ?? numberedClasses(train.labels, test.labels);
  return {
    train: createDataset({ name, ...train, classNames: names }),
    test: createDataset({ name, ...test, classNames: names }),
  };
}

type Part = Pick<LabelledSet, 'inputs' | 'inputShape'> & { labels: Uint8Array };

async function readPart(part: string, open: OpenFile): Promise<Part> {
  const images = await readIdx(await open(`${part}-images-idx3-ubyte.gz`));
  const labels = await readIdx(await open(`${part}-labels-idx1-ubyte.gz`));
  const [, height, width] = images.shape;
  if (!(images.data instanceof Uint8Array && labels.data instanceof Uint8Array)) {
    throw new DataError(`${part}: pictures or labels are not uint8`);
  }
  if (images.shape.length !== 3 || labels.shape.length !== 1) {
    const shapes = `[${images.shape.join(', ')}] and [${labels.shape.join(', ')}]`;
    throw new DataError(`${part}: pictures and labels have shapes ${shapes}; wanted [n, height, width] and [n]`);
  }
  return { inputs: images.data, labels: labels.data, inputShape: [height, width, 1] };
}
