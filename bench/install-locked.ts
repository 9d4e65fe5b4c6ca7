// Installs packages that only a benchmark or a test of the package needs, from a lockfile in a folder of its own, on
// their first use, so that the project's own `npm ci` stays small.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export class InstallError extends Error {
  override name = 'InstallError';
}

/**
 * `npm ci` in a folder of bench unless done before.
 * @param what is said to be installed, with its size
 * @throws InstallError if npm fails.
 */
export function installLocked(name: 'peers' | 'consumers', what: string): void {
  const folder = join(import.meta.dirname, name);
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  console.error(`Installing ${what} ...`);
  const { status } = spawnSync('npm', ['ci'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new InstallError(`npm ci in bench/${name} ended with ${status}, wanted 0`);
}
