// `onward reproduce`: measures the rows of docs/results.md. Exit code 1 if one is below what it is held against. What
// is no training of the command line has a command of its own in reproduce/.

import type { Recipe } from '../../bench/recipes/recipe.ts';
import type { Row, Run } from '../../bench/recipes/results.ts';
import { defineCommand, jsonOption, printJson, UsageError, withCommands } from '../command.ts';
import { interruptSignal, tellEnd } from '../interrupt.ts';
import { readNumber } from '../read-value.ts';
import { chooseRows, measureRows, placeOf, tellRows } from '../reproduce.ts';
import { percent, seconds, table } from '../table.ts';

const rows = defineCommand({
  name: 'reproduce',
  positionals: '[<row>...]',
  options: {
    list: { type: 'boolean', about: 'tells what there is, what was measured, and how long it takes' },
    again: { type: 'boolean', about: 'measures again what another commit measured' },
    out: { type: 'string', value: '<folder>', about: 'of what is measured; default bench/measured of a checkout' },
    every: { type: 'string', value: '<minutes>', about: 'keeps its state so often, to go on from; default 10' },
    ...jsonOption,
  },
  async run({ list = false, again, out, every, json = false }, names) {
    const chosen = chooseRows(names);
    const place = placeOf(out);
    if (list) return tell(tellRows(chosen, place), json);
    if (names.length === 0)
      throw new UsageError('reproduce wants rows, or groups of them; see onward reproduce --list');
    const signal = interruptSignal();
    const onRun = (recipe: Recipe, run: Run): void => console.error(describeRun(recipe, run));
    await measureRows(chosen, place, { again, minutes: readNumber('every', every), signal, onRun });
    const rows = tellRows(chosen, place);
    tell(rows, json);
    tellEnd(signal);
    if (!signal.aborted && rows.some(({ holds }) => holds === false)) process.exitCode = 1;
  },
});

export const reproduce = withCommands(rows, [
  {
    name: 'neurosim',
    about: "NeuroSim's own benchmark on devices of any profile, beside what its manual prints",
    load: async () => (await import('./reproduce/neurosim.ts')).neurosim,
  },
]);

const describeRun = ({ name }: Recipe, { seed, accuracy, seconds: took }: Run): string =>
  `${name}, seed ${seed}: ${percent(accuracy / 100, 2)} in ${seconds(took ?? Number.NaN)}`;

function tell(rows: readonly Row[], json: boolean): void {
  if (json) return printJson(rows);
  const header = ['row', 'class', 'published', 'tag', 'measured', 'n', 'wanted', 'minutes'];
  console.log(table(header, rows.map(describeRow)));
}

function describeRow({ row, published, tag, class: kind, measured, seeds, wanted, holds, minutes }: Row): string[] {
  const figure = Object.values(published ?? {})[0];
  return [
    row,
    kind,
    published === null ? '' : 'below' in published ? `${figure} below` : `${figure}`,
    tag ?? '',
    measured === null ? 'not yet' : measured.mean.toFixed(2),
    `${measured?.n ?? 0}/${seeds.length}`,
    wanted === null ? '' : `${holds === false ? 'misses ' : ''}${wanted.toFixed(2)}`,
    minutes === null ? '?' : `${minutes}`,
  ];
}
