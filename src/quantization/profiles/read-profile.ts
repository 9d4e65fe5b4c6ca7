// A profile from a file's text: what `onward profiles fit` and `import` write, and whoever writes one by hand. Knows no
// files: the command line reads them, and a page is given them.

import { ConfigurationError } from '../../errors.ts';
import { expectProfile, type Profile } from './profile.ts';

/** @throws ConfigurationError that completes "the file ..." for a text that holds no profile. */
export function readProfile(text: string): Profile {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`is no JSON: ${(error as Error).message}`);
  }
  try {
    return expectProfile(given);
  } catch (error) {
    throw new ConfigurationError(`is no profile: ${(error as Error).message}`);
  }
}
