// `npm run matrix`: the packed library in apps of every kind (scripts/matrix), as a Markdown table. Ends with exit code
// 1 if a cell falls.
//
//   --write   puts the table into docs/in-an-app.md

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { root } from '../tools/bundle.ts';
import { chromiumArguments, findChromium } from '../tools/find-chromium.ts';
import { withPart } from '../bench/shared/marked.ts';
import { markdownTable } from '../bench/shared/markdown.ts';
import type { Outcome } from './matrix/consumer.ts';
import { consumers } from './matrix/index.ts';
import { installTools, makeProject } from './matrix/install.ts';
import { judge, sizes } from './matrix/judge.ts';
import { installPacked } from '../tools/pack.ts';

const PAGE = join(root, 'docs/in-an-app.md');

installTools();
installPacked();
let launched: Promise<Browser> | undefined;
const browser = async (): Promise<Browser> => {
  launched ??= chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  return launched;
};

const rows: string[][] = [];
let columns: string[] = [];
let fell = false;
for (const { name, run } of consumers) {
  const outcome = await run(makeProject('matrix'), browser).catch(failed);
  const cells = judge(outcome);
  const isWell = Object.values(cells).every((cell) => cell !== false);
  if (!isWell) console.error(`${name}: ${outcome.tried.error ?? JSON.stringify(outcome.tried)}`);
  fell ||= !isWell;
  const words = Object.values(cells).map((cell) => (cell === null ? '' : cell ? 'yes' : '**no**'));
  columns = Object.keys(cells);
  rows.push([name, ...words, sizes(outcome)]);
}
await (await launched)?.close();
const table = markdownTable(['', ...columns, 'kB gz'], rows);
console.log(table);
if (process.argv.includes('--write')) {
  writeFileSync(PAGE, withPart(readFileSync(PAGE, 'utf8'), 'npm run matrix', table));
}
process.exitCode = fell ? 1 : 0;

function failed(error: unknown): Outcome {
  return { tried: { here: '', there: '', epochs: [], error: String(error) } };
}
