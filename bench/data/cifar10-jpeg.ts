// CIFAR-10 (JPEG-75): the pictures of CIFAR-10 after JPEG of quality 75, as a set for benchmarks. It is not CIFAR-10,
// and no figure on it is compared with one on that, but with the control's on the same pictures.
//
//   *.jpegpack, little endian: u32 count; of each picture u8 label, u32 length, JPEG

import { decode } from 'jpeg-js';
import { createDataset, DataError, type LabelledSet, type SetDescriptor } from '../../src/data/index.ts';
import { CLASS_NAMES, cifar10 } from '../../src/data/sets/cifar10.ts';

const [SIDE, CHANNELS] = [32, 3];
const VALUES = SIDE * SIDE * CHANNELS;

const cifar10Jpeg: SetDescriptor<LabelledSet> = {
  name: 'CIFAR-10 (JPEG-75)',
  folder: 'cifar10-jpeg',
  source: `${cifar10.source}; each picture compressed by JPEG of quality 75`,
  licence: cifar10.licence,
  files: [
    {
      name: 'train.jpegpack',
      bytes: 46_291_255,
      sha256: '3e4285f5568b72e4935444d6296461ef03e54d747ca11922239519b062b89d0a',
    },
    {
      name: 'test.jpegpack',
      bytes: 9_259_666,
      sha256: '55a960b7217ff531e41ae8ab7cdebcd2eac5d8f9ed587b53e7f541e15b3289c4',
    },
  ],
  read: async (open) => ({
    train: readPack(await open('train.jpegpack')),
    test: readPack(await open('test.jpegpack')),
  }),
};

export default cifar10Jpeg;

function readPack(bytes: Uint8Array): LabelledSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  const [inputs, labels] = [new Uint8Array(count * VALUES), new Uint8Array(count)];
  let at = 4;
  for (let row = 0; row < count; row++) {
    const length = view.getUint32(at + 1, true);
    const picture = bytes.subarray(at + 5, at + 5 + length);
    const { data, width, height } = decode(picture, { useTArray: true, formatAsRGBA: false });
    if (width !== SIDE || height !== SIDE) {
      throw new DataError(`picture ${row} is of ${width} x ${height} pixels; wanted ${SIDE} x ${SIDE}`);
    }
    labels[row] = bytes[at];
    inputs.set(data, row * VALUES);
    at += 5 + length;
  }
  const inputShape = [SIDE, SIDE, CHANNELS];
  return createDataset({ name: cifar10Jpeg.name, inputs, labels, inputShape, classNames: CLASS_NAMES });
}
