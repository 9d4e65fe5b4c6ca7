// Which column is the label, where that is not told: by its name, or the one that looks like classes. What may as well
// be another is asked for, never guessed.

import { DataError } from '../../errors.ts';
import { describePlace, type TextColumn } from './column.ts';

/** In this order; y is an axis where there is an x. */
const LABEL_NAMES = ['label', 'labels', 'class', 'classes', 'target', 'species', 'category', 'y'];

/** Index of the column that is called a label; -1 where there is none. */
export function findNamed(names: readonly string[]): number {
  const plain = names.map((name) => name.toLowerCase());
  const found = LABEL_NAMES.find((name) => plain.includes(name) && !(name === 'y' && plain.includes('x')));
  return found === undefined ? -1 : plain.indexOf(found);
}

/**
 * The first or the last of the columns.
 *
 * @throws DataError where both look like classes and no header says that the last is meant, or where none can be
 */
export function chooseLabel(first: TextColumn, last: TextColumn): TextColumn {
  const [atFront, atEnd] = [first, last].map(({ cells }) => looksLikeClasses(cells));
  const hasNames = last.place.name !== undefined;
  if (atEnd && (!atFront || hasNames || first === last)) return last;
  if (atFront && !atEnd) return first;
  if (atFront) throw unclear(`both ${describePlace(first.place)} and ${describePlace(last.place)} look`);
  if (couldBeClasses(last.cells)) return last;
  if (first === last) throw unclear(`${describePlace(last.place)} does not look`);
  throw unclear(`neither ${describePlace(first.place)} nor ${describePlace(last.place)} looks`);
}

const unclear = (columns: string): DataError =>
  new DataError(
    (called) =>
      `${columns} like classes; wanted ${called('label')} to be told, or ${called('values')} to learn numbers`,
  );

const MOST_NUMBERS = 100;
const MOST_WORDS = 1000;

/** Words or whole numbers that repeat, the numbers without great gaps: not pixels, ages or row numbers. */
function looksLikeClasses(cells: readonly string[]): boolean {
  const seen = new Set<string>();
  for (const cell of cells) if (seen.add(cell).size > MOST_WORDS) return false;
  const numbers = [...seen].map(Number);
  const areWords = numbers.some(Number.isNaN);
  if (seen.size < 2 || seen.size * 2 > cells.length) return false;
  if (areWords) return true;
  const span = Math.max(...numbers) - Math.min(...numbers) + 1;
  return seen.size <= MOST_NUMBERS && numbers.every(Number.isInteger) && seen.size * 2 >= span;
}

/** Of few rows, or with many classes, the last column is what customarily is the label. */
const couldBeClasses = (cells: readonly string[]): boolean =>
  cells.length < 2 ||
  (cells.some((cell) => cell !== cells[0]) &&
    cells.every((cell) => cell === '' || !Number.isFinite(Number(cell)) || Number.isInteger(Number(cell))));

/** Numbers of classes as they are meant: 1.0 and 1e0 are class 1. Only where every label is a whole number. */
export function plainNumbers(labels: string[]): string[] {
  const written = labels.some((label) => /[.e]/i.test(label));
  if (!written || !labels.every((label) => label !== '' && Number.isSafeInteger(Number(label)))) return labels;
  return labels.map((label) => String(Number(label)));
}
