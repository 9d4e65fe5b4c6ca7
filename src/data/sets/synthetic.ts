// The built-in handwriting at its default size: 6,000 + 1,000 digits, 28x28 uint8, no download.

import { syntheticHandwriting } from '../handwriting/synthetic-handwriting.ts';
import type { LabelledSet } from '../dataset.ts';
import type { SetDescriptor } from './descriptor.ts';

export const synthetic: SetDescriptor<LabelledSet> = {
  name: 'synthetic',
  source: 'Onward, src/data/handwriting/synthetic-handwriting.ts',
  licence: 'MIT',
  files: [],
  read: async () => syntheticHandwriting(),
};
