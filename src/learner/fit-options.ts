// The options of a fit, checked on the side where they are given.

import { ConfigurationError } from '../errors.ts';
import { boolean, expectIs, expectOptions, expectThat, integer, optional, type Kind } from '../options.ts';
import type { FitOptions } from './fit.ts';

const KNOWN = [
  'epochs',
  'initialStep',
  'batchSize',
  'validationSplit',
  'validationData',
  'earlyStopping',
  'shuffle',
  'signal',
  'callbacks',
  'classWeight',
  'sampleWeight',
] as const satisfies readonly (keyof FitOptions)[];
const CALLBACKS = ['onEpochBegin', 'onEpochEnd', 'onBatchEnd'];

/** @throws ConfigurationError naming what is not known, or of another type. */
export function expectFitOptions(options: FitOptions, more: readonly string[] = []): void {
  expectOptions('fit', options, [...KNOWN, ...more]);
  const { validationSplit, validationData, earlyStopping, shuffle, signal, callbacks } = options;
  if (callbacks !== undefined) expectCallbacks(callbacks);
  if (typeof earlyStopping === 'object') {
    expectOptions('earlyStopping', earlyStopping, ['monitor', 'patience']);
    expectIs('patience', earlyStopping.patience, optional(integer(0)));
  } else expectIs('earlyStopping', earlyStopping, optional(boolean));
  expectIs('shuffle', shuffle, optional(boolean));
  expectIs('signal', signal, optional(anAbortSignal));
  if (validationData === undefined) return;
  if (validationSplit !== undefined) {
    throw new ConfigurationError('fit was given validationSplit and validationData, wanted one of them');
  }
  const isPair = Array.isArray(validationData) && validationData.length === 2;
  expectThat(isPair, 'validationData', validationData, '[samples, targets]');
}

function expectCallbacks(callbacks: object): void {
  expectOptions('callbacks', callbacks, CALLBACKS);
  for (const [name, callback] of Object.entries(callbacks)) {
    const holds = callback === undefined || typeof callback === 'function';
    expectThat(holds, `the callback ${name}`, callback, 'a function');
  }
}

export const anAbortSignal: Kind<AbortSignal> = (signal: Partial<AbortSignal> | null) =>
  typeof signal?.aborted === 'boolean' || 'an AbortSignal';
