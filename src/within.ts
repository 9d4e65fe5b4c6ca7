// Options that are whole numbers: batch sizes, epochs, seeds.

import { ConfigurationError } from './errors.ts';

/** @throws ConfigurationError unless an option is a whole number from `least` to `most`. */
export function expectWithin(option: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new ConfigurationError(`${option} is ${value}, wanted a whole number ${bounds}`);
}
