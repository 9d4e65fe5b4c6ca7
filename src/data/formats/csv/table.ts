// What a table of text is read by, and what comes of it.

import type { NDArray } from '../ndarray.ts';
import type { Place } from './column.ts';
import type { Separator } from './rows.ts';

/** A column by name or index, -1 the last; digits that are no name are an index. */
export type Column = string | number;

export interface CsvOptions {
  /** What parts two cells, a blank for any run of blanks; found in the first lines unless told. */
  readonly separator?: Separator;
  /** Whether the first row holds names; found in the first rows unless told. */
  readonly header?: boolean;
  /**
   * Column of the class label, or several of which the first that exists is taken; `true` finds it by its name or by
   * what it holds. None unless told.
   */
  readonly label?: Column | readonly Column[] | true;
  /** `label` names columns of numbers, all of which are to be learned. */
  readonly values?: boolean;
  /** Numbers are written 1,5; found in the first lines unless told. */
  readonly decimalComma?: boolean;
  /**
   * What becomes of cells that are empty, `?`, `NA` and the like: refused unless told; `drop` leaves their rows out,
   * `mean` and a number fill them.
   */
  readonly missing?: 'refuse' | 'drop' | 'mean' | number;
  /** Columns that are left out. */
  readonly drop?: readonly Column[];
  /** The only columns that become inputs, in the order of the file. */
  readonly columns?: readonly Column[];
  /** Most different words of a column that becomes columns of 0 and 1, one for each; 12 unless told, 0 for none. */
  readonly oneHot?: number;
  /**
   * Reads the same columns as another table: by name where both have names, else by place. Another `label` is learned
   * instead of the column that was; with an empty list none is, and it need not be there. `drop` may say which columns
   * are others.
   */
  readonly like?: CsvLayout;
}

/** An input column of a table. */
export interface CsvInput extends Place {
  /** Its words, sorted, where it is text. */
  readonly words?: readonly string[];
  /** What its missing cells become, where they are filled. */
  readonly fill?: number;
}

/** Which columns a table was read from, so that another can be read alike. */
export interface CsvLayout {
  readonly width: number;
  readonly inputs: readonly CsvInput[];
  readonly learned: readonly Place[];
}

export interface CsvTable extends NDArray {
  /** (rows, columns), what is to be learned left out. */
  readonly data: Float32Array;
  readonly shape: [number, number];
  /** Names of these columns, `color=red` for a word of a column; empty without a header. */
  readonly columns: string[];
  /** The label cells as they stand, one per row; see `encodeLabels`. */
  readonly labels?: string[];
  /** Names of the classes 0, 1, ..., where the file begins with them. */
  readonly classNames?: string[];
  /** With `values`: (rows, label columns). */
  readonly targets?: Float32Array;
  /** Names of the label columns; empty without a header. */
  readonly targetNames?: string[];
  readonly layout: CsvLayout;
  /** What was found and not told, in words. */
  readonly notes: string[];
}
