// The bytes of a file that an option names, or that is given by its place.

import { readFile, stat } from 'node:fs/promises';
import { UsageError } from './command.ts';
import { shownOption } from './read-value.ts';

/** @throws UsageError where there is no such file, or none that ends. */
export async function readInput(option: string, path: string): Promise<Uint8Array> {
  const refuse = (why: string): never => {
    throw new UsageError(`${shownOption(option)} '${path}' ${why}`);
  };
  const entry = await stat(path).catch(() => refuse('does not exist'));
  if (entry.isCharacterDevice()) refuse('is a device, wanted a file');
  return readFile(path).catch(({ message }: Error) => refuse(`cannot be read: ${message}`));
}
