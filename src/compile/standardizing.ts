// What a first fit may standardise, from the options: the standardising itself is in src/learner/standardization.ts.

import { ConfigurationError } from '../errors.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';
import { boolean, expectIs, expectOptions, optional } from '../options.ts';
import { expectScales, featuresOf, type Standardization, type Standardizing } from '../tasks/host/scale.ts';
import type { ResolvedTask } from './resolve-task.ts';

/** @throws ConfigurationError where it is asked for of what cannot be standardised, or by numbers that do not fit. */
export function standardizing(
  asked: boolean | Standardization | undefined,
  network: NetworkSpec,
  { task: { kind, loss }, info }: ResolvedTask,
): Standardizing {
  const isGiven = typeof asked === 'object';
  if (isGiven) expectGiven(asked, featuresOf(sampleShape(network), info));
  else expectIs('standardize', asked, optional(boolean));
  const { config } = network.layers[network.layers.length - 1].spec;
  const takesAny = !loss.takesLogits && (config.activation ?? 'identity') === 'identity';
  const target = asked !== false && takesAny && (kind === 'regression' || kind === 'reconstruction');
  const isBytes = network.element === 'u8';
  const isBounded = kind === 'reconstruction' && !target;
  const wantsInput = isGiven ? asked.input !== null : asked === true;
  if (wantsInput && (isBytes || isBounded)) {
    const why = isBytes
      ? 'this network keeps samples as bytes'
      : 'what is reconstructed is bounded by loss or activation';
    throw new ConfigurationError(`standardize is asked for, but ${why}, wanted false`);
  }
  const isOff = isBytes || isBounded || asked === false;
  const auto = sampleShape(network).length === 1 && 'auto';
  return { input: isOff ? false : asked === true || auto, target, given: isGiven ? asked : null };
}

function expectGiven(given: Standardization, features: ReturnType<typeof featuresOf>): void {
  expectOptions('standardize', given, ['input', 'target']);
  expectScales(given, features, (what) => {
    throw new ConfigurationError(`standardize has no ${what}`);
  });
}
