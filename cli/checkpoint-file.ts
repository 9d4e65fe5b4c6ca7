// Checkpoints in files, and what their header says of the learner that wrote them (src/learner/checkpoint.ts).

import { readFile } from 'node:fs/promises';
import { UsageError } from './command.ts';

/** @throws UsageError where it cannot be read. */
export async function readCheckpointFile(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--restore '${path}' ${code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`}`);
  }
}
