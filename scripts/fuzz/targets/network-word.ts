// Networks in a word.

import { parseNetwork } from '../../../cli/network-word.ts';
import { damagedText } from '../damage.ts';
import type { Target } from '../target.ts';

export const networkWords = [
  '784-256-10',
  '28x28x1-c8k5-p2-100:relu-10',
  '784-t10-rate-400-lif-10',
  '32x32x3-c8k3s2same-gap-10',
];
export const WORD_TOKENS = [
  '-',
  'x',
  ':',
  'c',
  'k',
  's',
  'p',
  't',
  '0',
  '9',
  '99999999',
  '-1',
  '1e3',
  'relu',
  'gap',
  'same',
];

export const networkWord: Target = {
  begin: () => (next) => {
    const word = damagedText(networkWords, WORD_TOKENS, next);
    return () => parseNetwork(word);
  },
};
