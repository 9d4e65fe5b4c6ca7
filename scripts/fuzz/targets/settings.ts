// Options of a rule from the command line.

import { chooseRule } from '../../../cli/choose-rule.ts';
import { damagedText } from '../damage.ts';
import { below, oneOf, type Target } from '../target.ts';

const VALID = [
  'localLoss=l1',
  'projection.scale=0.5',
  'freeze=dense,dense_1',
  'order=greedy',
  'bias=false',
  'clipNorm=1',
];
const TOKENS = ['=', '.', ',', '__proto__', 'constructor', 'true', 'NaN', '-1', '1e999', ' ', 'toString'];

export const settings: Target = {
  isSlow: true,
  begin: () => (next) => {
    const rule = oneOf(next, ['tpsgd', 'drtp', 'backprop', 'monoForward']);
    const set = Array.from({ length: 1 + below(next, 3) }, () => damagedText(VALID, TOKENS, next));
    return () => chooseRule(rule, { set });
  },
};
