// Where this package is, which version it has and what its code is: in a checkout and installed.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json. */
export const root = findRoot(import.meta.dirname);

export const version = (): string => {
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.version;
};

/** The commit of a checkout, and whether something was changed in it; elsewhere the version. */
export const commitNow = (): string => checkout((commit, changes) => `${commit}${changes === '' ? '' : '+'}`);

/** As `commitNow`, with a hash of what was changed: the same for the same code. */
export const codeNow = (): string =>
  checkout((commit, changes) => {
    const hash = createHash('sha256').update(changes).digest('hex');
    return `${commit}${changes === '' ? '' : `+${hash.slice(0, 7)}`}`;
  });

/** @param told given the commit, and the changes as git tells them; the version where there is no git to tell. */
function checkout(told: (commit: string, changes: string) => string): string {
  if (!existsSync(join(root, '.git'))) return version();
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const commit = git('rev-parse', '--short=7', 'HEAD').trim();
    return told(commit, git('diff', 'HEAD', '--', 'runtime', 'src', 'cli', 'bench/*.ts'));
  } catch {
    return version();
  }
}

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
