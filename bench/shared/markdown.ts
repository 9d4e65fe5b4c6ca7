// Tables as Markdown has them.

export const markdownRow = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map(markdownRow).join('\n');
