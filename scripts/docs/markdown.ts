// Tables as Markdown has them.

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map(line).join('\n');
