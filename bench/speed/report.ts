// Tables of benchmark rows, for a terminal.

import { contenders } from './contenders/index.ts';
import type { KernelRow } from './measure-matmul.ts';
import type { StepRow } from './measure-step.ts';
import type { Kind, Rows } from './run.ts';

/** How the rows of each benchmark are printed. */
export const tables: { [K in Kind]: (rows: Rows[K]) => string } = { step: stepTable, kernels: kernelTable };

/** One block for each case: who, how long one step takes, and the loss; time and operations beside the first one's. */
function stepTable(rows: readonly StepRow[]): string {
  const blocks = [...groupBy(rows, (row) => row.case)].map(([name, group]) => {
    const notes = group.map(({ cannot, noisy }) => {
      if (cannot !== undefined) return `  cannot: ${cannot}`;
      return noisy ? '  noisy' : '';
    });
    const { who } = group[0];
    const [header, ...lines] = align([[...STEP_HEADER, `time / ${who}`, `flop / ${who}`], ...group.map(stepCells)]);
    return [name, header, ...lines.map((line, index) => line + notes[index]), ''].join('\n');
  });
  return [...blocks, ...noise(rows), ...legend(rows)].join('\n');
}

function noise(rows: readonly StepRow[]): string[] {
  const [noisy, measured] = [rows.filter((row) => row.noisy), rows.filter(({ ms }) => ms !== null)];
  if (noisy.length === 0) return [];
  const what = `in ${noisy.length} of ${measured.length} rows the two times of the control differ by more than 10 %`;
  return [`noisy: ${what}, and the ratio shows little`, ''];
}

const STEP_HEADER = ['', 'ms', 'min', 'spread', 'loss 10', 'KiB planned', 'Mflop'];

const stepCells = ({ who, ms, minMs, spread, loss, bytes, flops, timeRatio, flopsRatio }: StepRow): string[] => [
  who,
  ...[
    show(ms, milliseconds),
    show(minMs, milliseconds),
    show(spread, percent),
    show(loss, (value) => value.toFixed(5)),
    show(bytes, (value) => (value / 1024).toFixed(0)),
    show(flops, (value) => (value / 1e6).toFixed(2)),
    show(timeRatio, (value) => value.toFixed(2)),
    show(flopsRatio, (value) => value.toFixed(2)),
  ],
];

/** One line for each product, one column for each contender: GFLOP/s and the part of the peak. */
function kernelTable(rows: readonly KernelRow[]): string {
  const who = [...groupBy(rows, (row) => row.who).keys()];
  const lines = [...groupBy(rows, (row) => `${row.kernel} ${row.shape}`)].map(([name, group]) => [
    name,
    ...group.map(
      ({ gflops, fractionOfPeak }) => `${show(gflops, (rate) => rate.toFixed(1))} ${show(fractionOfPeak, percent)}`,
    ),
  ]);
  const peak = Math.max(...rows.map(({ gflops, fractionOfPeak }) => (gflops ?? 0) / (fractionOfPeak ?? 1)));
  return [...align([[`GFLOP/s, of ${peak.toFixed(1)}`, ...who], ...lines]), '', ...legend(rows)].join('\n');
}

/** How each contender of the table is used. */
const legend = (rows: readonly { who: string }[]): string[] =>
  contenders.filter(({ name }) => rows.some(({ who }) => who === name)).map(({ name, use }) => `${name}: ${use}`);

/** Cells padded to columns: the first to the left, the others to the right. */
function align(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, index) => cell.padStart(widths[index + 1]))].join('  '),
  );
}

const show = (value: number | null, format: (value: number) => string) => (value === null ? '-' : format(value));
const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;
const milliseconds = (ms: number): string => (ms < 10 ? ms.toPrecision(3) : ms.toFixed(1));

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
