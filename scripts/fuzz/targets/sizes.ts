// Amounts of memory.

import { parseBytes } from '../../../src/bytes.ts';
import { damagedText } from '../damage.ts';
import type { Target } from '../target.ts';

export const sizes: Target = {
  begin: () => (next) => {
    const text = damagedText(['1 MiB', '524288', '512 KiB', '1.5 MB'], ['.', ' ', 'i', 'G', '0', '-', 'e9'], next);
    return () => parseBytes(text);
  },
};
