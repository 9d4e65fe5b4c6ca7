// Programs of this machine: found on the PATH, or installed from Debian where that is possible.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the first of `names` that is there. */
export function findOnPath(...names: readonly string[]): string | undefined {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix))).find(isExecutable);
}

/** Installs Debian packages as root or by sudo without a password; elsewhere it does nothing. */
export function installFromDebian(...packages: readonly string[]): void {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  if (run([...apt, 'update'])) run([...apt, 'install', '-y', '--no-install-recommends', ...packages]);
}

/** Runs a command with its output on standard error, so that a caller's own output stays clean. */
export function run(command: readonly string[]): boolean {
  console.error(`Installing: ${command.join(' ')}`);
  const { status } = spawnSync(command[0], command.slice(1), {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status === 0;
}
