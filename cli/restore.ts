// A checkpoint put into a learner, which may keep weights and activations otherwise: --requantize.

import { CheckpointError, type LocalLearner } from '../src/index.ts';
import { type Dataset, subset } from '../src/data/dataset.ts';

export const requantizeOption = {
  requantize: {
    type: 'boolean',
    about: 'weights that the checkpoint keeps otherwise are taken as what they mean, and kept as --storage says',
  },
} as const;

type Learner = Pick<LocalLearner, 'restore' | 'calibrate' | 'compiled'>;

/** @throws CheckpointError, with the option that helps where there is one. */
export function restoreInto(learner: Learner, bytes: Uint8Array, requantize = false): void {
  try {
    learner.restore(bytes, { requantize });
  } catch (error) {
    if (!(error instanceof CheckpointError) || requantize || !fits(learner, bytes)) throw error;
    throw new CheckpointError(`${error.message}; with --requantize it is kept so`);
  }
}

/** Whether it is only kept otherwise. */
function fits(learner: Learner, bytes: Uint8Array): boolean {
  try {
    learner.restore(bytes, { requantize: true });
    return true;
  } catch {
    return false;
  }
}

/** As many as a first `fit` looks at. */
const CALIBRATED = 512;

/** Whether inputs and outputs of layers have scales that samples give. */
export const hasScales = ({ compiled }: Learner): boolean => compiled.activations.input !== null;

/** Finds the scales of int8 activations among samples from all over. */
export function calibrateOn(learner: Learner, samples: Dataset): void {
  const step = Math.ceil(samples.count / CALIBRATED);
  const rows = Array.from({ length: Math.ceil(samples.count / step) }, (_, at) => at * step);
  learner.calibrate(subset(samples, rows).inputs);
}
