// Networks in a word, recorded, planned and linked within a budget.

import { parseNetwork } from '../../../cli/network-word.ts';
import { compileLearner } from '../../../src/compile/compile.ts';
import { tpsgd } from '../../../src/index.ts';
import { damagedText } from '../damage.ts';
import type { Target } from '../target.ts';
import { networkWords, WORD_TOKENS } from './network-word.ts';

export const compiledWord: Target = {
  isSlow: true,
  begin: () => (next) => {
    const word = damagedText(networkWords, WORD_TOKENS, next);
    return () => compileLearner({ network: parseNetwork(word), rule: tpsgd(), budget: '4 MiB' });
  },
};
