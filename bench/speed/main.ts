// The benchmark's command line, `onward bench`:
//
//   npx tsx bench/speed/main.ts <step|kernels> [--json] [--browser] [--case <part of a name>] [--who <name,name>]

import { parseArgs } from 'node:util';
import { installPeers } from '../peers/install.ts';
import { tables } from './report.ts';
import { type Kind, NothingSelectedError, type Run, run } from './run.ts';

const options = {
  json: { type: 'boolean', default: false },
  browser: { type: 'boolean', default: false },
  case: { type: 'string' },
  who: { type: 'string' },
} as const;

export const kinds = Object.keys(tables) as Kind[];

/**
 * Runs one benchmark and prints its table, or with --json its rows; progress goes to a terminal's standard error only.
 * An error is one line and exit code 1: left to Node, the peers' own handlers would print their minified source.
 */
export async function bench(name: string, args: string[]): Promise<void> {
  try {
    const kind = kinds.find((known) => known === name);
    if (kind === undefined) throw new NothingSelectedError(`no benchmark '${name}'; there are ${kinds.join(', ')}`);
    await measureAndPrint(kind, args);
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
}

async function measureAndPrint<K extends Kind>(kind: K, args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const who = values.who?.split(',');
  const isAlone = !values.browser && who?.every((name) => name.startsWith('onward'));
  if (!isAlone) installPeers();
  const runWhere: Run = values.browser ? (await import('./browser.ts')).runInBrowser : run;
  const selection = { case: values.case, who };
  const rows = await runWhere(kind, selection, (message) => process.stderr.isTTY && console.error(message));
  console.log(values.json ? JSON.stringify(rows) : tables[kind](rows));
}

if (import.meta.filename === process.argv[1]) {
  const [kind = '', ...args] = process.argv.slice(2);
  await bench(kind, args);
}
