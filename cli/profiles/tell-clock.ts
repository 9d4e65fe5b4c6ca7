// A word about devices that lose their state with time, where none goes by.

import type { Profile } from '../../src/quantization/profiles/profile.ts';

/** @param texts options of the storage that were given */
export function tellClock(
  profile: Profile | undefined,
  texts: readonly string[] = [],
  tell: (note: string) => void = console.error,
): void {
  if (profile?.retention === undefined || texts.some((text) => text.startsWith('secondsPerStep='))) return;
  tell(`${profile.name} loses its state with time, but no time goes by: see --storage-set secondsPerStep=<n>`);
}
