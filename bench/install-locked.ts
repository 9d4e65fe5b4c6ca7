// Installs the libraries Onward is measured against (bench/peers/package.json) on the benchmark's first use, so that
// the project's own `npm ci` stays small.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export class PeerInstallError extends Error {
  override name = 'PeerInstallError';
}

/** `npm ci` in bench/peers unless done before. @throws PeerInstallError if npm fails. */
export function ensurePeers(): void {
  const folder = fileURLToPath(new URL('./peers/', import.meta.url));
  if (existsSync(`${folder}node_modules/.package-lock.json`)) return;
  console.error('Installing the libraries to compare with (about 450 MB, once) ...');
  const { status } = spawnSync('npm', ['ci'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new PeerInstallError(`npm ci in bench/peers ended with ${status}, wanted 0`);
}
