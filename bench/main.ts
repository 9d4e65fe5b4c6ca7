// The benchmark's command line: `[--json] [--browser] [--case <part of a name>] [--who <name,name>]`.

import { parseArgs } from 'node:util';
import { ensurePeers } from './install-peers.ts';
import { tables } from './report.ts';
import { type Kind, type Run, run } from './run.ts';

const options = {
  json: { type: 'boolean', default: false },
  browser: { type: 'boolean', default: false },
  case: { type: 'string' },
  who: { type: 'string' },
} as const;

/**
 * Runs one benchmark and prints its table, or with --json its rows; progress goes to a terminal's standard error only.
 * An error is one line and exit code 1: left to Node, the peers' own handlers would print their minified source.
 */
export async function bench<K extends Kind>(kind: K, args: string[]): Promise<void> {
  try {
    const { values } = parseArgs({ args, options });
    ensurePeers();
    const runWhere: Run = values.browser ? (await import('./browser.ts')).runInBrowser : run;
    const selection = { case: values.case, who: values.who?.split(',') };
    const rows = await runWhere(kind, selection, (message) => process.stderr.isTTY && console.error(message));
    console.log(values.json ? JSON.stringify(rows) : tables[kind](rows));
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
}
