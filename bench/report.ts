// Tables of benchmark rows, for a terminal.

import { contenders } from './contenders/index.ts';
import type { KernelRow } from './measure-matmul.ts';
import type { StepRow } from './measure-step.ts';

/** One block for each case: who, time, how much faster than the slowest part of the table, and the loss that must agree. */
export function stepTable(rows: readonly StepRow[]): string {
  const lines = [...groupBy(rows, row => row.case)].flatMap(([name, group]) => [
    name,
    ...align([
      ['', 'ms', 'min', 'spread', 'loss 10'],
      ...group.map(({ who, ms, minMs, spread, loss, cannot }) =>
        ms === null || minMs === null || spread === null || loss === null
          ? [who, `cannot: ${cannot}`]
          : [who, digits(ms), digits(minMs), percent(spread), loss.toFixed(5)],
      ),
    ]),
    '',
  ]);
  return [...lines, ...legend(rows)].join('\n');
}

/** One line for each product, one column for each contender: GFLOP/s and the part of the peak. */
export function kernelTable(rows: readonly KernelRow[]): string {
  const who = [...groupBy(rows, row => row.who).keys()];
  const products = [...groupBy(rows, row => `${row.kernel} ${row.shape}`)];
  const table = align([
    ['GFLOP/s, of peak', ...who],
    ...products.map(([name, group]) => [
      name,
      ...group.map(({ gflops, fractionOfPeak, cannot }) =>
        gflops === null || fractionOfPeak === null ? `${cannot}` : `${gflops.toFixed(1)} ${percent(fractionOfPeak)}`,
      ),
    ]),
  ]);
  return [...table, '', ...legend(rows)].join('\n');
}

function legend(rows: readonly { who: string }[]): string[] {
  const shown = contenders.filter(({ name }) => rows.some(({ who }) => who === name));
  return align(shown.map(({ name, use }) => [name, use]), 'left');
}

/** Cells padded to columns: the first to the left, the others to the right unless said otherwise. */
function align(rows: readonly string[][], others: 'left' | 'right' = 'right'): string[] {
  const full = rows.filter(row => row.length === rows[0].length);
  const widths = rows[0].map((_, column) => Math.max(...full.map(row => row[column].length)));
  const first = Math.max(...rows.map(row => row[0].length));
  return rows.map(([name, ...cells]) =>
    [
      name.padEnd(first),
      ...cells.map((cell, index) => (others === 'right' ? cell.padStart(widths[index + 1]) : cell)),
    ].join('  '),
  );
}

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;
const digits = (ms: number): string => (ms < 10 ? ms.toPrecision(3) : ms.toFixed(1));

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
