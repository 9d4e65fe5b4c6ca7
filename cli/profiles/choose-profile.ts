// The profile that a word names: one of the index, or a file that `onward profiles fit` or `import` wrote.

import { readFileSync } from 'node:fs';
import { profiles } from '../../src/quantization/profiles/index.ts';
import { expectProfile, type Profile } from '../../src/quantization/profiles/profile.ts';
import { UsageError } from '../command.ts';
import { readChoice, shownOption } from '../read-value.ts';

/** Whether a word is a file's, and no name of the index. */
export const isProfileFile = (word: string): boolean => word.endsWith('.json');

/**
 * @param option that gave the word
 * @param others words that the option takes too, for the error
 * @throws UsageError for a name or a file there is not, and a file that holds no profile
 */
export function chooseProfile(option: string, word: string, others: readonly string[] = []): Profile {
  if (!isProfileFile(word)) return profiles[readChoice(option, word, [...others, ...Object.keys(profiles)])];
  const refuse = (why: string): never => {
    throw new UsageError(`${shownOption(option)} '${word}' ${why}`);
  };
  let profile: unknown;
  try {
    profile = JSON.parse(readFileSync(word, 'utf8'));
  } catch (error) {
    return refuse(error instanceof SyntaxError ? `is no JSON: ${error.message}` : 'cannot be read');
  }
  try {
    return expectProfile(profile);
  } catch (error) {
    return refuse(`is no profile: ${(error as Error).message}`);
  }
}
