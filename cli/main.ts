#!/usr/bin/env node
// The program `onward`.

import { run } from './run.ts';

// A reader that has seen enough (`onward rules | head -1`) is no error, and a terminal that closed ends no training.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  console.error(`onward: cannot write to standard output: ${error.message}`);
  process.exit(1);
});
process.stderr.on('error', () => {});

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
