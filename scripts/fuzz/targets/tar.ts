// tar archives.

import { readTar } from '../../../src/data/formats/tar.ts';
import { ascii, writeTar } from '../../../test/data/containers.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const archives = [writeTar({ 'a.txt': ascii('one'), empty: new Uint8Array(), b: new Uint8Array(600).fill(7) })];

export const tar: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(archives, next);
    return () => readTar(bytes);
  },
};
