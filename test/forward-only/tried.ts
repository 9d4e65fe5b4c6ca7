// The rules of the index as tests try them: as they come, but of one with many blocks a few, each as the others.

import { rules } from '../../src/forward-only/index.ts';
import { noprop, type NopropOptions } from '../../src/index.ts';

export const tried = {
  ...rules,
  noprop: (options: NopropOptions = {}) => noprop({ steps: 3, ...options }),
} as const satisfies typeof rules;
