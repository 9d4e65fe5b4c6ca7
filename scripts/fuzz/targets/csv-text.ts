// Tables as text, with options.

import { readCsv, type CsvOptions } from '../../../src/data/index.ts';
import { damagedText } from '../damage.ts';
import { oneOf, type Target } from '../target.ts';

export const tables = [
  'a,b,label\n1,2,x\n3,4,y\n5,6,x\n',
  '1;2,5;0\n3;4,5;1\n',
  '"a ""quoted""","b\nc",y\n1,2,0\n3,,1\n',
  '0 1 2\n3 4 5\n',
  'id\tred\tlabel\n1\t0x10\ta\n2\tnan\tb\n',
];
const TOKENS = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  ' ',
  'nan',
  '1e400',
  '-',
  '.',
  '0x',
  '#',
  '\ufeff',
  'label',
  '?',
];
const LAYOUTS: readonly CsvOptions[] = [
  {},
  { label: -1 },
  { label: 'label' },
  { label: 0, header: false },
  { values: true, missing: 'mean' },
  { decimalComma: true, missing: 'drop' },
  { oneHot: 0, missing: 0 },
  { drop: [0], separator: ';' },
  { columns: ['a', 1] },
];

export const csvText: Target = {
  begin: () => (next) => {
    const [text, options] = [damagedText(tables, TOKENS, next), oneOf(next, LAYOUTS)];
    return () => readCsv(text, options);
  },
};
