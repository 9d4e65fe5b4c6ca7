// WAV files.

import { readWav } from '../../../src/data/formats/wav.ts';
import { writeWav } from '../../../test/data/containers.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const files = [writeWav(new Int16Array(20)), writeWav(Int16Array.of(1, -2, 3, 4), { channels: 2, rate: 16_000 })];

export const wav: Target = {
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readWav(bytes);
  },
};
