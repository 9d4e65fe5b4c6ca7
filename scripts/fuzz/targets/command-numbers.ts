// Numbers and choices of the command line.

import { readChoice, readNumber, readWhole } from '../../../cli/read-value.ts';
import { damagedText } from '../damage.ts';
import { oneOf, type Target } from '../target.ts';

const readers = [
  (text: string) => readWhole('epochs', text),
  (text: string) => readWhole('seed', text, 0),
  (text: string) => readNumber('lr', text),
  (text: string) => readNumber('dropout', text, 1),
  (text: string) => readChoice('task', text, ['classification', 'regression']),
];

export const commandNumbers: Target = {
  begin: () => (next) => {
    const text = damagedText(['1', '0.5', '1e-3', '16384', 'regression'], ['e', '-', '.', '0x', ' ', 'NaN', '9'], next);
    const read = oneOf(next, readers);
    return () => read(text);
  },
};
