// The profile that a word names: one of the index, or a file that `onward profiles fit` or `import` wrote.

import { readFileSync } from 'node:fs';
import { profiles } from '../../src/quantization/profiles/index.ts';
import type { Profile } from '../../src/quantization/profiles/profile.ts';
import { readProfile } from '../../src/quantization/profiles/read-profile.ts';
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
  let text: string;
  try {
    text = readFileSync(word, 'utf8');
  } catch {
    return refuse('cannot be read');
  }
  try {
    return readProfile(text);
  } catch (error) {
    return refuse((error as Error).message);
  }
}
