// `npx tsx bench/compared/main.ts [name ...]`: the comparisons that docs/choose.md tells, by `onward compare`, kept in
// `runs`. What was ended goes on; `npm run docs` then writes the page. Data come from $ONWARD_DATA; an hour.

import { writeFileSync } from 'node:fs';
import { askOnward, toArguments } from '../shared/ask-onward.ts';
import { comparisons, entriesOf, keptFile, type Comparison } from './comparisons.ts';

function compare(comparison: Comparison): void {
  const { name, network, options } = comparison;
  const told = { ...options, network, rules: entriesOf(comparison).join(), out: `build/compared/${name}` };
  const { trials } = askOnward<{ readonly trials: readonly unknown[] }>(['compare', ...toArguments(told)]);
  writeFileSync(keptFile(comparison), trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
}

const named = process.argv.slice(2);
const unknown = named.find((name) => !comparisons.some((comparison) => comparison.name === name));
if (unknown !== undefined) {
  throw new Error(`there is no comparison '${unknown}', wanted ${comparisons.map(({ name }) => name).join(', ')}`);
}
for (const comparison of comparisons) {
  if (named.length === 0 || named.includes(comparison.name)) compare(comparison);
}
