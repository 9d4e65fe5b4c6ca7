// A Python with what the requirements.txt of a folder names, in a virtual environment in the user's cache, made on
// first use; once for every checkout, told apart by its requirements.

import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDir } from '../src/data/node/sources.ts';

/** Thrown where there is no Python to use, or what it needs cannot be installed or ends early; says what is missing. */
export class PythonError extends Error {
  override name = 'PythonError';
}

export interface Environment {
  /** Of its folder in the cache. */
  readonly name: string;
  /** Of its requirements.txt, and of the scripts that run in it. */
  readonly folder: string;
  /** What is installed, for people: it may take long. */
  readonly about: string;
}

/** The oldest that the pinned packages take. */
const OLDEST = [3, 11];

/** The interpreter of the environment, which is made if there is none. @throws PythonError */
export function ensurePython({ name, folder: source, about }: Environment): string {
  const requirements = join(source, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const folder = join(defaultCacheDir(), `${name}-${hash}`);
  const windows = process.platform === 'win32';
  const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (existsSync(complete) && existsSync(python)) return python;
  rmSync(folder, { recursive: true, force: true });
  const base = findPython();
  console.error(`Installing ${about}, once, in ${folder} ...`);
  install('making a virtual environment', base, ['-m', 'venv', folder]);
  install('pip', python, ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '-r', requirements]);
  writeFileSync(complete, '');
  return python;
}

/**
 * What a script of the environment's folder prints. @param input of its standard input
 * @throws PythonError where there is no environment, or the script ends early.
 */
export function runPython(environment: Environment, script: string, args: readonly string[] = [], input = ''): string {
  const { status, stdout } = spawnSync(ensurePython(environment), ['-B', join(environment.folder, script), ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 2],
  });
  if (status !== 0) throw new PythonError(`${script} ended with ${status}, wanted 0`);
  return stdout;
}

function install(what: string, command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new PythonError(`${what} ended with ${status}, wanted 0: ${[command, ...args].join(' ')}`);
}

/** The first Python that is new enough and can make environments; PYTHON names one. */
function findPython(): string {
  const named = process.env.PYTHON;
  const candidates = named ? [named] : ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  const found = candidates.map((command) => [command, lackOf(command)] as const);
  const usable = found.find(([, lack]) => lack === null);
  if (usable !== undefined) return usable[0];
  const tried = found.map(([command, lack]) => `${command}: ${lack}`).join('; ');
  throw new PythonError(
    `no Python of at least ${OLDEST.join('.')} with 'venv' and 'ensurepip' (Debian: python3-venv); ` +
      `set PYTHON to one. Tried ${tried}`,
  );
}

/** What a command lacks to make the environment, or null. */
function lackOf(command: string): string | null {
  const ask = (code: string): SpawnSyncReturns<string> => spawnSync(command, ['-c', code], { encoding: 'utf8' });
  const { status, stdout } = ask('import sys; print(*sys.version_info[:2])');
  if (status !== 0) return 'not found';
  const [major, minor] = stdout.trim().split(' ').map(Number);
  if (major !== OLDEST[0] || minor < OLDEST[1]) return `is ${major}.${minor}`;
  return ask('import ensurepip, venv').status === 0 ? null : `${major}.${minor} without venv or ensurepip`;
}
