// Files of compiled learners.

import { compileLearner } from '../../../src/compile/compile.ts';
import { readCompiled, writeCompiled } from '../../../src/compile/compiled-file.ts';
import { dense, sequential, tpsgd } from '../../../src/index.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

export const compiledFile: Target = {
  isSlow: true,
  begin() {
    const files = [writeCompiled(compileLearner({ network: sequential([2], [dense(2)]), rule: tpsgd() }))];
    return (next) => {
      const bytes = damaged(files, next);
      return () => readCompiled(bytes);
    };
  },
};
