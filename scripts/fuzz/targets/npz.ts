// .npz archives: stored as Onward writes them, and deflated as NumPy does.

import { zipSync } from 'fflate';
import { readNpz, writeNpy, writeNpz } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const arrays = new Map([
  ['x', { data: Float32Array.from({ length: 12 }, (_, at) => at / 4), shape: [3, 4] }],
  ['y', { data: Int32Array.of(0, 1, 2), shape: [3] }],
]);
const members = Object.fromEntries(Array.from(arrays, ([name, array]) => [`${name}.npy`, writeNpy(array)]));
const archives = [writeNpz(arrays), zipSync(members)];

export const npz: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(archives, next);
    return () => readNpz(bytes);
  },
};
