// Reconstruction: the target is the sample itself, as for an autoencoder.

import { elementsOf } from '../../runtime/program/layout.ts';
import { anything, readOptions } from '../options.ts';
import type { Program } from '../../runtime/program/program.ts';
import { ConfigurationError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';
import { squaredError } from '../losses/squared-error.ts';
import { reconstructionHost, type ReconstructionEvaluation } from './host/reconstruction.ts';
import { expectOutputs, recordValues } from './parts/values.ts';
import type { Task } from './task.ts';

export interface ReconstructionOptions {
  /** Default `squaredError`; for values from 0 to 1 `binaryCrossEntropy` is usual too. */
  readonly loss?: Loss;
}

export function reconstruction(options: ReconstructionOptions = {}): Task<ReconstructionEvaluation> {
  const { loss } = readOptions('reconstruction', options, ConfigurationError, { loss: [anything, squaredError] });
  return {
    kind: 'reconstruction',
    loss,
    host: reconstructionHost,
    describe(declared) {
      const capacity = elementsOf(declared.sampleShape);
      expectOutputs('a sample', capacity, declared);
      return { names: [], named: false, capacity, count: null };
    },
    record(p, placing) {
      const target = (program: Program) => placing.sample(program).reshape([placing.batch, placing.capacity]);
      return recordValues(p, 'reconstruction', { loss, placing, target });
    },
  };
}
