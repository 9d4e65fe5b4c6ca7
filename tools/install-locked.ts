// Installs packages that only a benchmark or a test of the package needs, from the lockfile of a folder of their own,
// on their first use, so that the project's own `npm ci` stays small.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

class InstallError extends Error {
  override name = 'InstallError';
}

/**
 * `npm ci` in a folder unless done before.
 * @param what is said to be installed, with its size
 * @throws InstallError if npm fails.
 */
export function installLocked(folder: string, what: string): void {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  console.error(`Installing ${what} ...`);
  const { status } = spawnSync('npm', ['ci'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new InstallError(`npm ci in ${folder} ended with ${status}, wanted 0`);
}
