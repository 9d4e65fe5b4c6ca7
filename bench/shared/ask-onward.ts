// The command line as benchmarks ask it: in a process of its own, for JSON.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Options of a command, as it takes them. */
export type Told = Readonly<Record<string, string | number | readonly string[]>>;

/** `--lr 0.1`; an option of several values is told once for each. */
export const toArguments = (told: Told): string[] =>
  Object.entries(told).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, `${one}`]));

/** What `onward <args> --json` prints. Ends this process where it fails, which has said why. */
export function askOnward<Answer>(args: readonly string[]): Answer {
  const root = join(import.meta.dirname, '../..');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'cli/main.ts'), ...args, '--json'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) process.exit(1);
  return JSON.parse(stdout) as Answer;
}
