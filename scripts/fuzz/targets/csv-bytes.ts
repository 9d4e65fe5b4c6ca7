// Tables as bytes, in several encodings.

import { readCsv } from '../../../src/data/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';
import { tables } from './csv-text.ts';

const files = tables.flatMap((text) => [
  Buffer.from(text),
  Buffer.from(`\ufeff${text}`, 'utf16le'),
  Buffer.from(text.replace('x', 'ä'), 'latin1'),
]);

export const csvBytes: Target = {
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readCsv(bytes);
  },
};
