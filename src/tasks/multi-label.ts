// Multi-label classification: each label holds or does not, whatever the others do. The target is 0 or 1 for each.

import { binaryCrossEntropy } from '../losses/binary-cross-entropy.ts';
import { ConfigurationError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';
import { multiLabelHost, type MultiLabelEvaluation } from './host/multi-label.ts';
import { anything, readOptions } from '../options.ts';
import { expectNames } from './parts/names.ts';
import { expectOutputs, recordValues, valuesPort } from './parts/values.ts';
import type { Task } from './task.ts';

export interface MultiLabelOptions {
  /** Default `binaryCrossEntropy`. An answer from 0.5 on says that the label holds. */
  readonly loss?: Loss;
}

export function multiLabel(names: readonly string[], options: MultiLabelOptions = {}): Task<MultiLabelEvaluation> {
  const { loss } = readOptions('multiLabel', options, ConfigurationError, { loss: [anything, binaryCrossEntropy] });
  return {
    kind: 'multiLabel',
    loss,
    host: multiLabelHost,
    describe(declared) {
      expectNames('label', names);
      expectOutputs('a row of labels', names.length, declared);
      return { names: [...names], named: true, capacity: names.length, count: null };
    },
    record(p, placing) {
      const port = valuesPort(p, placing);
      return recordValues(p, 'multiLabel', { loss, placing, target: () => port });
    },
  };
}
