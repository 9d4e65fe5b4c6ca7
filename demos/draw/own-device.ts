// A device of the user's own: the file that `onward profiles fit` writes, read as the command line reads it.

import { formatBytes, type Profile } from '../../src/index.ts';
import { readProfile } from '../../src/quantization/profiles/read-profile.ts';
import { storageOf } from './choices.ts';

/** Of a file: far more than a table of measurements takes. */
const MOST_BYTES = 2 ** 20;

/** @throws Error that names the file and says why it holds no device that weights can be kept in. */
export async function readDevice(file: File): Promise<Profile> {
  try {
    if (file.size > MOST_BYTES) {
      throw new Error(`is no profile: it has ${formatBytes(file.size)}, wanted at most ${formatBytes(MOST_BYTES)}`);
    }
    const profile = readProfile(await file.text());
    storageOf(profile);
    return profile;
  } catch (error) {
    throw new Error(`'${file.name}' ${(error as Error).message}.`);
  }
}
