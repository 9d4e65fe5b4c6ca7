// Runs one command line: finds the command, and turns what it throws into one line and an exit code.

import { commands } from './commands/index.ts';
import { version } from './own-package.ts';
import { findCommand, UsageError } from './command.ts';

/** The library's errors of what was asked for, not of doing it; by name, as help does not load the library. */
const usageErrors = ['ShapeError', 'ConfigurationError', 'OptimizerError', 'RuleError', 'OptionError'];

/** Errors of the engine in a user's file, say, whose message does not tell where. */
const unplaced = ['TypeError', 'ReferenceError', 'RangeError'];

/** Gives the exit code: 0 for done, 1 for what failed, 2 for what means nothing. `--debug` shows an error's stack. */
export async function run(args: readonly string[]): Promise<number> {
  const isDebug = args.includes('--debug') || Boolean(process.env.DEBUG);
  try {
    await dispatch(args.filter((arg) => arg !== '--debug'));
    return 0;
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const hint = unplaced.includes(error.name) ? '; --debug shows where' : '';
    console.error(isDebug ? error : `onward: ${error.name}: ${onOneLine(error.message)}${hint}`);
    return error instanceof UsageError || usageErrors.includes(error.name) ? 2 : 1;
  }
}

async function dispatch([name = 'help', ...rest]: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') return console.log(version());
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  const wanted = asksHelp || name === '--help' || name === '-h' ? 'help' : name;
  const command = await findCommand(wanted, commands).load();
  await command.run(asksHelp ? [name, ...rest.filter((word) => !word.startsWith('-')).slice(0, 1)] : rest);
}

const onOneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
