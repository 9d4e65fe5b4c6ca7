// What the options of readCsv must be: nothing is ignored.

import { boolean, described, expectIs, expectOptions, expectThat, integer, optional } from '../../../options.ts';
import { MAX_COLUMNS, separators } from './rows.ts';
import type { CsvOptions } from './table.ts';

const known = 'separator,header,label,values,decimalComma,missing,drop,columns,oneHot,like'.split(',');
const missingWords: readonly unknown[] = ['refuse', 'drop', 'mean'];

/** @throws ConfigurationError for an option that is not known, or a value it cannot have */
export function expectCsvOptions(options: CsvOptions): void {
  expectOptions('readCsv', options, known);
  const { separator, missing = 'refuse', label, oneHot = 0 } = options;
  const names = separators.map((one) => described(one)).join(', ');
  expectThat(separator === undefined || separators.includes(separator), 'separator', separator, `one of ${names}`);
  for (const option of ['header', 'values', 'decimalComma'] as const)
    expectIs(option, options[option], optional(boolean));
  const isMissing = missingWords.includes(missing) || Number.isFinite(missing);
  expectThat(isMissing, 'missing', missing, "'refuse', 'drop', 'mean' or a finite number");
  expectIs('oneHot', oneHot, integer(0, MAX_COLUMNS));
  const isLabel = label === undefined || label === true || isColumn(label) || areColumns(label);
  expectThat(isLabel, 'label', label, 'a column by name or index, a list of them, or true');
  for (const option of ['drop', 'columns'] as const) {
    const columns = options[option];
    expectThat(columns === undefined || areColumns(columns), option, columns, 'a list of columns by name or index');
  }
  for (const option of ['columns', 'oneHot'] as const) {
    const isFree = options.like === undefined || options[option] === undefined;
    expectThat(isFree, option, options[option], 'none beside like, which has the columns');
  }
}

const isColumn = (value: unknown): boolean => typeof value === 'string' || Number.isInteger(value);
const areColumns = (value: unknown): boolean => Array.isArray(value) && value.every(isColumn);
