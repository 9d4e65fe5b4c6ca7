// How a device goes to another simulator and comes from one: as files of that, and what is lost on the way.

import type { Profile } from '../../../src/index.ts';

export interface Exchanged<What> {
  readonly made: What;
  /** What the other side cannot say, for people. */
  readonly lost: readonly string[];
}

export interface Format {
  readonly name: string;
  /** What `--as` makes, for people. */
  readonly about: string;
  /** Texts by the names of their files. */
  write(profile: Profile): Exchanged<Readonly<Record<string, string>>>;
  /** Whether files with these names are of it. */
  reads(files: readonly string[]): boolean;
  /**
   * @param name of the profile
   * @param texts of the files, in the order given
   * @throws DataError for what is no such file, ConfigurationError for what makes no profile.
   */
  read(name: string, texts: readonly string[]): Exchanged<Profile>;
}

/** Those of some sayings that hold. */
export const holding = (rules: readonly (readonly [holds: boolean, text: string])[]): string[] =>
  rules.filter(([holds]) => holds).map(([, text]) => text);
