// Events of N-MNIST.

import { readNMnist } from '../../../src/data/formats/n-mnist.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const files = [Uint8Array.of(3, 4, 0x80, 0, 9, 5, 240, 0, 0, 0, 33, 33, 0, 1, 2)];

export const nMnist: Target = {
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readNMnist(bytes);
  },
};
