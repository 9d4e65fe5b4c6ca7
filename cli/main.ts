#!/usr/bin/env node
// The command line: finds the command and runs it. Exit code 0 for done, 1 for what failed, 2 for what means nothing.

import { ConfigurationError, OptimizerError, RuleError, ShapeError } from '../src/index.ts';
import { commands } from './commands/index.ts';
import { version } from './own-package.ts';
import { UsageError } from './usage-error.ts';

/** Errors of what was asked for, not of doing it. */
const usageErrors = [UsageError, ShapeError, ConfigurationError, OptimizerError, RuleError];

const args = process.argv.slice(2).filter((arg) => arg !== '--debug');
const isDebug = args.length < process.argv.length - 2 || Boolean(process.env.DEBUG);

// A reader that has seen enough (`onward rules | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await run(args);
} catch (error) {
  report(error instanceof Error ? error : new Error(String(error)));
}

async function run([name = 'help', ...rest]: readonly string[]): Promise<void> {
  if (name === '--version') return console.log(version());
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  const wanted = asksHelp || name === '--help' || name === '-h' ? 'help' : name;
  const command = commands.find((known) => known.name === wanted);
  if (command === undefined) {
    throw new UsageError(`there is no command '${name}', wanted ${commands.map((known) => known.name).join(', ')}`);
  }
  await command.run(asksHelp ? [name] : rest);
}

function report(error: Error): void {
  const line = error.message.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  console.error(isDebug ? error : `onward: ${error.name}: ${line}`);
  process.exitCode = usageErrors.some((kind) => error instanceof kind) ? 2 : 1;
}
