// The benchmark's command line: `[--json] [--browser] [--case <part of a name>] [--who <name,name>]`.

import { parseArgs } from 'node:util';
import { ensurePeers } from './install-peers.ts';
import { kernelTable, stepTable } from './report.ts';
import { runKernels, runStep } from './run.ts';

const options = {
  json: { type: 'boolean', default: false },
  browser: { type: 'boolean', default: false },
  case: { type: 'string' },
  who: { type: 'string' },
} as const;

/** Runs one benchmark and prints its table, or with --json its rows; progress goes to a terminal's standard error only. */
export async function bench(kind: 'step' | 'kernels', args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  ensurePeers();
  const selection = { case: values.case, who: values.who?.split(',') };
  const progress = (message: string) => {
    if (process.stderr.isTTY) console.error(message);
  };
  if (kind === 'step') print(await runStep(selection, progress), stepTable);
  else print(await runKernels(selection, progress), kernelTable);

  function print<Row>(rows: readonly Row[], table: (rows: readonly Row[]) => string): void {
    console.log(values.json ? JSON.stringify(rows) : table(rows));
  }
}
