// Zip archives, stored.

import { readZip, writeZip } from '../../../src/data/formats/zip.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const text = new TextEncoder().encode('1,2\n'.repeat(8));
const archives = [
  writeZip(new Map([['a.csv', text]])),
  writeZip(
    new Map([
      ['b', text.subarray(0, 9)],
      ['c/d', text],
    ]),
  ),
];

export const zip: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(archives, next);
    return () => readZip(bytes);
  },
};
