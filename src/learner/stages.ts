// How the stages of a rule share out the epochs of a fit.

import type { StageInfo } from '../compile/compiled.ts';
import { ConfigurationError } from '../errors.ts';

/**
 * The epoch with which each stage begins: by their shares, but none without an epoch.
 * @throws ConfigurationError where there are fewer epochs than stages.
 */
export function stageBegins(stages: readonly StageInfo[], epochs: number): readonly number[] {
  const { length } = stages;
  if (epochs < length) {
    const why = 'this rule trains as many stages one after another';
    throw new ConfigurationError(`epochs is ${epochs}, wanted at least ${length}: ${why}`);
  }
  let [begin, shares] = [-1, 0];
  return stages.map(({ share }, stage) => {
    begin = Math.min(Math.max(begin + 1, Math.round(shares * epochs)), epochs - length + stage);
    shares += share;
    return begin;
  });
}

/** The stage that an epoch belongs to. */
export const stageAt = (begins: readonly number[], epoch: number): number =>
  begins.filter((begin) => begin <= epoch).length - 1;
