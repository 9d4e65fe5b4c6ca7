// A device of the user's own: the file that `onward profiles fit` writes, read as the command line reads it.

import type { Profile } from '../../src/index.ts';
import { readProfile } from '../../src/quantization/profiles/read-profile.ts';
import { storageOf } from './choices.ts';

/** @throws Error that names the file and says why it holds no device that weights can be kept in. */
export async function readDevice(file: File): Promise<Profile> {
  try {
    const profile = readProfile(await file.text());
    storageOf(profile);
    return profile;
  } catch (error) {
    throw new Error(`'${file.name}' ${(error as Error).message}.`);
  }
}
