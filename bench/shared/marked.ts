// Pages of which commands write a part: what stands between `<!-- the command -->` and the next `<!-- end -->`.

const END = '<!-- end -->';
const beginOf = (command: string): string => `<!-- ${command} -->`;

/** A page that is that part alone, and still empty. */
export const emptyPage = (command: string): string => `${beginOf(command)}${END}\n`;

/** The part as it stands. */
export function partOf(page: string, command: string): string {
  const [, rest] = page.split(beginOf(command));
  return rest.slice(0, rest.indexOf(END)).trim();
}

/** The page with its part made anew. */
export function withPart(page: string, command: string, part: string): string {
  const [head, rest] = page.split(beginOf(command));
  return `${head}${beginOf(command)}\n\n${part}\n\n${rest.slice(rest.indexOf(END))}`;
}
