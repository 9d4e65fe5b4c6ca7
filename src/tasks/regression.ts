// Regression: the target is a number for each output.

import { anything, expectIs, integer, readOptions } from '../options.ts';
import { ConfigurationError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';
import { squaredError } from '../losses/squared-error.ts';
import { regressionHost, type RegressionEvaluation } from './host/regression.ts';
import { expectNames } from './parts/names.ts';
import { expectOutputs, recordValues, valuesPort } from './parts/values.ts';
import type { Task } from './task.ts';

export interface RegressionOptions {
  /** Default `squaredError`. */
  readonly loss?: Loss;
}

/** `outputs`: how many values of a sample, or their names. Of an image of values: as many as it has. */
export function regression(
  outputs: number | readonly string[],
  options: RegressionOptions = {},
): Task<RegressionEvaluation> {
  const { loss } = readOptions('regression', options, ConfigurationError, { loss: [anything, squaredError] });
  if (!Array.isArray(outputs)) expectIs('the number of outputs', outputs as number, integer(1));
  const [names, capacity] = typeof outputs === 'number' ? [[], outputs] : [[...outputs], outputs.length];
  return {
    kind: 'regression',
    loss,
    host: regressionHost,
    describe(declared) {
      expectNames('output', names);
      expectOutputs('a target', capacity, declared);
      return { names, named: names.length > 0, capacity, count: null };
    },
    record(p, placing) {
      const port = valuesPort(p, placing);
      return recordValues(p, 'regression', { loss, placing, target: () => port });
    },
  };
}
