// Where a table has the columns of another one: by name where both have names, else by place.

import { DataError, listed } from '../../errors.ts';
import { describePlace, type Place } from './column.ts';
import type { Head } from './head.ts';
import type { CsvLayout } from './table.ts';

/**
 * @param wanted the columns of the other table that are read
 * @param apart indices of columns that are none of them
 * @throws DataError for a column that does not exist, or is apart
 */
export function findLike(
  { names, width }: Head,
  like: CsvLayout,
  wanted: readonly Place[],
  apart: ReadonlySet<number>,
): (column: Place) => Place {
  const hasNames = names.length > 0;
  const placeOf = (index: number): Place => (hasNames ? { index, name: names[index] } : { index });
  const isNamed = ({ name }: Place): boolean => hasNames && Boolean(name);
  const byName = new Map([...names.entries()].reverse().map(([index, name]) => [name, index]));
  const unnamed = wanted.filter((column) => !isNamed(column));
  const byPlace = unnamed.length === 0 ? undefined : matchPlaces(width, like, wanted, apart);
  return (column) => {
    const index = isNamed(column) ? byName.get(column.name ?? '') : byPlace?.get(column.index);
    if (index === undefined) {
      const found = `does not exist; wanted it among ${listed(names)}`;
      throw new DataError((called) => `column ${column.name} of ${called('like')} ${found}`);
    }
    if (apart.has(index)) throw isRead(placeOf(index));
    return placeOf(index);
  };
}

const isRead = (place: Place): DataError =>
  new DataError(
    (called) =>
      `${describePlace(place)} is read as in ${called('like')}; ` +
      `wanted no ${called('drop')} or ${called('label')} of it`,
  );

/**
 * Indices of the other table's columns in rows without names. What is apart may stand among them; what is learned
 * there may be missing where it is not wanted.
 */
function matchPlaces(
  width: number,
  { width: whole, learned }: CsvLayout,
  wanted: readonly Place[],
  apart: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const others = new Set(learned.filter((column) => !wanted.includes(column)).map(({ index }) => index));
  const here = upTo(width);
  const there = upTo(whole);
  let taken: number | undefined;
  for (const columns of [there, there.filter((index) => !others.has(index))]) {
    for (const cells of [here, here.filter((index) => !apart.has(index))]) {
      if (cells.length !== columns.length) continue;
      const found = new Map(columns.map((column, at) => [column, cells[at]]));
      const clash = wanted.map(({ index }) => found.get(index)).find((index) => apart.has(index ?? -1));
      if (clash === undefined) return found;
      taken ??= clash;
    }
  }
  if (taken !== undefined) throw isRead({ index: taken });
  throw new DataError((called) => `rows have ${width} cells; wanted ${whole} as in ${called('like')}`);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
