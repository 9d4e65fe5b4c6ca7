// .npy files.

import { readNpy, writeNpy } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const data = Float64Array.from({ length: 6 }, (_, at) => at / 8);
const files = [
  writeNpy({ data, shape: [2, 3] }),
  writeNpy({ data: Uint8Array.of(1, 2, 3, 4), shape: [4] }),
  writeNpy({ data: Float32Array.from(data), shape: [3, 2] }, { fortranOrder: true }),
];

export const npy: Target = {
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readNpy(bytes);
  },
};
