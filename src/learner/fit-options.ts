// The options of a fit, checked on the side where they are given.

import { ConfigurationError } from '../errors.ts';
import { expectBoolean, expectOptions, expectThat, expectWithin } from '../options.ts';
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
    expectWithin('patience', earlyStopping.patience ?? 0, 0);
  } else expectBoolean('earlyStopping', earlyStopping);
  expectBoolean('shuffle', shuffle);
  expectSignal(signal);
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

/** @throws ConfigurationError for what is no AbortSignal. */
export function expectSignal(signal: unknown): void {
  const holds = signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.aborted === 'boolean';
  expectThat(holds, 'signal', signal, 'an AbortSignal');
}
