#!/usr/bin/env node
// The program `onward`.

import { run } from './run.ts';

// A reader that has seen enough (`onward rules | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
