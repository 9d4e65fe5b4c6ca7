// Checkpoints whose checksum was put right after the damage.

import { crc32 } from '../../../src/data/crc32.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';
import { restoring, taught } from './taught.ts';

export const sealedCheckpoint: Target = {
  async begin() {
    const learner = await taught();
    const [files, restore] = [[learner.save()], restoring(learner)];
    return (next) => {
      const bytes = damaged(files, next);
      const end = bytes.length - 4;
      if (end > 0) new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end)), true);
      return () => restore(bytes);
    };
  },
};
