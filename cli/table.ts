// Text in columns, and numbers as people read them.

/** Rows of cells under a header: the first column to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(widths.reduce((total, width) => total + width + 2, -2));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** Names and what they stand for, one a line. */
export function pairs(entries: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

/** `1 epoch`, `2 epochs` */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
export const thousands = (value: number): string => value.toLocaleString('en-US');
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const decimals = (value: number): string => (Math.abs(value) < 1e6 ? value.toFixed(4) : value.toExponential(3));
