// gzip files.

import { gzipSync } from 'node:zlib';
import { gunzip } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const [text, other] = ['1,2\n3,4\n'.repeat(20), Buffer.from(Array.from({ length: 300 }, (_, at) => (at * at) % 251))];
const files = [gzipSync(text), gzipSync(other), Buffer.concat([gzipSync(text), gzipSync('5,6\n')])];

export const gzip: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => gunzip(bytes);
  },
};
