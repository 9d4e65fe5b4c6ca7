// IDX files, gzipped.

import { gzipSync } from 'node:zlib';
import { readIdx } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';
import { idxFiles } from './idx.ts';

const files = idxFiles.map((file) => gzipSync(file));

export const idxGzip: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readIdx(bytes);
  },
};
