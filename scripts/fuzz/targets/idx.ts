// IDX files.

import { parseIdx } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

export const idxFiles: readonly Uint8Array[] = [
  Uint8Array.of(0, 0, 0x08, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8),
  Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0x40, 0, 0, 0),
  Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 1, 0, 2, 0xff, 0xff),
];

export const idx: Target = {
  begin: () => (next) => {
    const bytes = damaged(idxFiles, next);
    return () => parseIdx(bytes);
  },
};
