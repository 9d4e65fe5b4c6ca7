// How long a training step takes, for devices that lose their state with time.

import type { Profile } from '../../src/quantization/profiles/profile.ts';
import type { MappingOptions } from '../../src/quantization/device-array.ts';
import { UsageError, type Values } from '../command.ts';
import { readNumber } from '../read-value.ts';

const OPTION = 'seconds-per-step';

export const clockOption = {
  [OPTION]: {
    type: 'string',
    value: '<n>',
    about: 'what a training step takes, for devices that lose their state; default 0: no time goes by',
  },
} as const;

type ClockValues = Values<typeof clockOption>;

/** @throws UsageError where what weights are kept as, `word`, loses nothing. */
export function chooseClock(
  { [OPTION]: text }: ClockValues,
  word: string,
  profile?: Profile,
): Pick<MappingOptions, 'secondsPerStep'> {
  if (text === undefined) return {};
  const secondsPerStep = readNumber(OPTION, text);
  if (profile?.retention !== undefined) return { secondsPerStep };
  const wanted = 'wanted a device that loses it with time (onward profiles, retention)';
  throw new UsageError(`--${OPTION} is '${text}', but ${word} holds its state: ${wanted}`);
}

/** Says of devices that lose their state that no time goes by, where none is told. */
export function tellClock(
  profile: Profile | undefined,
  { [OPTION]: text }: ClockValues,
  tell: (note: string) => void = console.error,
): void {
  if (profile?.retention === undefined || text !== undefined) return;
  tell(`${profile.name} loses its state with time, but no time goes by: see --${OPTION}`);
}
