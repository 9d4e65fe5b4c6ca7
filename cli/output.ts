// A file that a command writes when its work is done: tried before the work begins, and what was made is kept elsewhere
// if the place goes bad in the meantime.

import { access, constants, lstat, mkdtemp, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { tryWriting, writeAtomically } from '../src/data/node/write-file.ts';
import { UsageError } from './command.ts';

/** Thrown where nothing could be written, nowhere. */
class OutputError extends Error {
  override name = 'OutputError';
}

export interface Output {
  /** Gives the path that was written: the one asked for, or one elsewhere, which is told. */
  write(bytes: Uint8Array): Promise<string>;
}

/** @throws UsageError for what is no file, for a link into another's, and where no file can be written. */
export async function openOutput(option: string, path: string): Promise<Output> {
  const refuse = (why: string): never => {
    throw new UsageError(`--${option} '${path}' ${why}`);
  };
  const target = await findTarget(path, refuse);
  await tryWriting(target).catch((error: Error) => refuse(`cannot be written: ${reasonOf(error)}`));
  return {
    async write(bytes) {
      try {
        await writeAtomically(target, bytes);
        return path;
      } catch (error) {
        const kept = await keepElsewhere(basename(target), bytes);
        const why = `cannot write ${path}: ${reasonOf(error as Error)}`;
        if (kept === null) throw new OutputError(`${why}; neither to ${places().join(' nor ')}`);
        console.error(`onward: ${why}; it is in ${kept}`);
        process.exitCode = 1;
        return kept;
      }
    },
  };
}

/** The file itself, behind links. */
async function findTarget(path: string, refuse: (why: string) => never): Promise<string> {
  if (path === '') refuse('names no file');
  const link = await lstat(path).catch(() => null);
  if (link === null) {
    const folder = dirname(path);
    const parent = await stat(folder).catch(() => null);
    return parent?.isDirectory() ? path : refuse(`is in '${folder}', wanted a folder that exists`);
  }
  const target = await realpath(path).catch(() => refuse('is a link to nothing'));
  const file = await stat(target);
  if (!file.isFile()) refuse(`is ${file.isDirectory() ? 'a folder' : 'a device'}, wanted a file`);
  const user = process.getuid?.();
  if (link.isSymbolicLink() && (link.uid !== user || file.uid !== user)) refuse("is a link of or into another's file");
  await access(target, constants.W_OK).catch((error) => refuse(`cannot be written: ${reasonOf(error)}`));
  return target;
}

const places = (): string[] => [tmpdir(), homedir()];

async function keepElsewhere(name: string, bytes: Uint8Array): Promise<string | null> {
  for (const place of places()) {
    try {
      const path = join(await mkdtemp(join(place, 'onward-')), name);
      await writeAtomically(path, bytes);
      return path;
    } catch {
      // the next one, then
    }
  }
  return null;
}

/** `ENOSPC: no space left on device`, without the call and its paths. */
const reasonOf = ({ message }: Error): string => message.split(',')[0];
