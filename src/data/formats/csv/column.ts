// The cells of one column as they come: numbers, or words that become columns of 0 and 1.

import { type Called, DataError, listed, quoted } from '../../errors.ts';
import { Float32List } from '../growing.ts';
import type { NumberReader } from './dialect.ts';

const MISSING = /^(?:|\?|nan|na|n\/a|#n\/a|<na>|null|none)$/i;
const FRACTION_WITH_COMMA = /^[+-]?\d*,\d+$/;

/** Where a column stands and what it is called. */
export interface Place {
  readonly index: number;
  readonly name?: string;
}

export const describePlace = ({ index, name }: Place): string =>
  name === undefined || name === '' ? `column ${index}` : `column ${index} (${name})`;

export interface ColumnRules {
  readonly read: NumberReader;
  /** Whether `nan` is a cell that is missing, and no number. */
  readonly skipsNaN: boolean;
  /** Most different words of a column. */
  readonly maxWords: number;
}

/** A column of text kept as it stands: what may be a label. */
export class TextColumn {
  readonly cells: string[] = [];
  readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  push(cell: string): void {
    this.cells.push(cell);
  }
}

/** A column that has no name and was empty in the first rows: it has to stay so. */
export class BlankColumn {
  readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  /** @throws DataError with the line for a cell that is not empty */
  push(cell: string, line: number): void {
    if (cell === '') return;
    const is = `line ${line}, ${describePlace(this.place)} is ${quoted(cell)}`;
    throw new DataError(
      `${is}, but the column has no name and was empty before; drop it, or say whether there is a header`,
    );
  }
}

export class NumberColumn {
  /** Numbers, or codes of words; NaN where a cell is missing. */
  readonly values = new Float32List();
  readonly place: Place;
  /** How many cells are missing, and the line of the first. */
  missing = 0;
  missingLine = 0;
  private readonly rules: ColumnRules;
  private readonly isFixed: boolean;
  private codes: Map<string, number> | undefined;
  private hasNumbers = false;
  private tooMany = false;

  /** @param words the words there are, where that is known */
  constructor(place: Place, rules: ColumnRules, words?: readonly string[]) {
    this.place = place;
    this.rules = rules;
    this.isFixed = words !== undefined;
    this.codes = words && new Map(words.map((word, code) => [word, code]));
  }

  /** @throws DataError with the line for a word among numbers, a number among words, and a word that is not known */
  push(cell: string, line: number): void {
    const value = this.codes === undefined ? this.rules.read(cell) : undefined;
    if (value !== undefined && !(this.rules.skipsNaN && Number.isNaN(value))) {
      this.hasNumbers = true;
      this.values.push(value);
    } else if (MISSING.test(cell)) {
      if (this.missing++ === 0) this.missingLine = line;
      this.values.push(Number.NaN);
    } else {
      this.values.push(this.code(cell, line));
    }
  }

  private code(cell: string, line: number): number {
    const { read, maxWords } = this.rules;
    const known = this.codes?.get(cell);
    if (known !== undefined) return known;
    const is = `line ${line}, ${describePlace(this.place)} is ${quoted(cell)}`;
    if (this.isFixed) throw new DataError(`${is}; wanted one of ${listed([...(this.codes?.keys() ?? [])])}`);
    if (this.hasNumbers || maxWords === 0)
      throw new DataError((called) => `${is}; wanted a number${hint(cell, called)}`);
    if (read(cell) !== undefined) throw new DataError(`${is}, but it holds words above; wanted either in all lines`);
    this.codes ??= new Map();
    if (this.codes.size === maxWords) this.tooMany = true;
    else this.codes.set(cell, this.codes.size);
    return this.codes.size - 1;
  }

  /**
   * The words of a column of text, sorted; its values become their numbers.
   *
   * @throws DataError where there are more than the rules allow
   */
  sortWords(): string[] | undefined {
    if (this.codes === undefined || this.isFixed) return this.codes && [...this.codes.keys()];
    if (this.tooMany) {
      throw new DataError(
        (called) =>
          `${describePlace(this.place)} holds more than ${this.rules.maxWords} different words; ` +
          `drop it, or raise ${called('oneHot')}, the most that become columns of 0 and 1`,
      );
    }
    const words = [...this.codes.keys()].sort();
    const order = new Map(words.map((word, code) => [word, code]));
    const sorted = Array.from(this.codes.keys(), (word) => order.get(word) ?? 0);
    this.values.replace((code) => sorted[code] ?? Number.NaN);
    return words;
  }

  /** @throws DataError with the line of the first cell that is missing */
  refuseMissing(): void {
    if (this.missing === 0) return;
    const is = `line ${this.missingLine}, ${describePlace(this.place)} is empty`;
    throw new DataError(
      (called) => `${is}; wanted a number, or ${called('missing')} to say what becomes of such cells`,
    );
  }
}

const hint = (cell: string, called: Called): string =>
  FRACTION_WITH_COMMA.test(cell) ? ` (${called('decimalComma')} reads 1,5)` : '';
