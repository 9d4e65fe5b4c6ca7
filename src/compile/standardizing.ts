// What a first fit may standardise, from the options: the standardising itself is in src/learner/standardization.ts.

import { ConfigurationError } from '../errors.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';
import { expectBoolean } from '../options.ts';
import type { Task } from '../tasks/task.ts';

export interface Standardizing {
  /** `auto`: unless all values lie in 0..1. */
  readonly input: boolean | 'auto';
  /** Targets that are values, unless all lie in 0..1; of a reconstruction as the samples are. */
  readonly target: boolean;
}

/** @throws ConfigurationError where it is asked for of what cannot be standardised. */
export function standardizing(
  standardize: boolean | undefined,
  network: NetworkSpec,
  { kind, loss }: Task,
): Standardizing {
  expectBoolean('standardize', standardize);
  const { config } = network.layers[network.layers.length - 1].spec;
  const takesAny = !loss.takesLogits && (config.activation ?? 'identity') === 'identity';
  const target = standardize !== false && takesAny && (kind === 'regression' || kind === 'reconstruction');
  const isBytes = network.element === 'u8';
  const isBounded = kind === 'reconstruction' && !target;
  if (standardize === true && (isBytes || isBounded)) {
    const why = isBytes
      ? 'this network keeps samples as bytes'
      : 'what is reconstructed is bounded by loss or activation';
    throw new ConfigurationError(`standardize is true, but ${why}, wanted false`);
  }
  const isTable = sampleShape(network).length === 1;
  if (isBytes || isBounded || standardize === false) return { input: false, target };
  return { input: standardize ?? (isTable && 'auto'), target };
}
