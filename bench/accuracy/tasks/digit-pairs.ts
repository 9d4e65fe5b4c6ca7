// Two digits of MNIST side by side, and which of the ten occur: 60,000 + 10,000 pictures of 28 x 56, ten values of 0 or
// 1. Each picture is the left half once and the right half once, with a partner drawn from its own part.

import { loadSet } from '../../../src/data/node/sources.ts';
import {
  createDataset,
  gatherRows,
  type LabelledSet,
  type TrainTest,
  type ValueSet,
} from '../../../src/data/dataset.ts';
import { permutation } from '../../../src/data/order.ts';
import { mnist } from '../../../src/data/sets/mnist.ts';
import { streamKey, wordReader } from '../../../runtime/simd/parts/philox.ts';

const SIDE = 28;
const SEED = 1;

export async function digitPairs(): Promise<TrainTest<ValueSet>> {
  const { train, test } = await loadSet(mnist);
  return { train: paired(train, 0), test: paired(test, 1) };
}

/** @param draw tells the parts' pairings apart */
export function paired({ inputs, labels, classNames, count }: LabelledSet, draw: number): ValueSet {
  const partner = permutation(count, wordReader(SEED, streamKey('digit-pairs'), draw));
  const pictures = new Uint8Array(2 * inputs.length);
  const targets = new Float32Array(count * classNames.length);
  const rows = new Uint32Array(2 * SIDE); // of 28 pixels, left and right in turn
  for (let pair = 0; pair < count; pair++) {
    for (let y = 0; y < SIDE; y++) {
      rows[2 * y] = pair * SIDE + y;
      rows[2 * y + 1] = partner[pair] * SIDE + y;
    }
    gatherRows(pictures.subarray(pair * 2 * SIDE * SIDE), inputs, SIDE, rows);
    for (const half of [pair, partner[pair]]) targets[pair * classNames.length + labels[half]] = 1;
  }
  return createDataset({
    name: 'digit-pairs',
    inputs: pictures,
    targets,
    inputShape: [SIDE, 2 * SIDE, 1],
    targetNames: classNames,
  });
}
