// Programs that an APK is made with: found on the PATH, or installed from Debian where that is possible.

import { spawnSync } from 'node:child_process';
import { findOnPath, installFromDebian } from '../../tools/programs.ts';

/** Which Debian package holds a program. */
const packages = {
  aapt: 'aapt',
  aapt2: 'aapt',
  apksigner: 'apksigner',
  jar: 'default-jdk-headless',
  java: 'default-jdk-headless',
  javac: 'default-jdk-headless',
  keytool: 'default-jdk-headless',
  mvn: 'maven',
  zipalign: 'zipalign',
} as const;

export type Program = keyof typeof packages;

class MissingProgramsError extends Error {
  override name = 'MissingProgramsError';
}

class ProgramError extends Error {
  override name = 'ProgramError';
}

/** @throws MissingProgramsError with the command that brings them, where they cannot be installed from here. */
export function ensurePrograms(): void {
  const missing = findMissing();
  if (missing.length === 0) return;
  const wanted = [...new Set(missing.map((program) => packages[program]))];
  installFromDebian(...wanted);
  const still = findMissing();
  if (still.length === 0) return;
  throw new MissingProgramsError(
    `An APK needs programs that are not here: ${still.join(', ')}. ` +
      `On Debian: sudo apt-get install ${wanted.join(' ')}`,
  );
}

/** What the program prints. @throws ProgramError where it fails, with all that it said but Java's traces. */
export function run(
  program: Program,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (status === 0) return stdout;
  const said = `${stdout}${stderr}`.replace(/^\s+at .*\n/gm, '').trim();
  throw new ProgramError(`${program} ${args[0]} ended with exit code ${status}:\n${said}`);
}

const findMissing = (): Program[] =>
  (Object.keys(packages) as Program[]).filter((program) => findOnPath(program) === undefined);
