// A checkpoint put into a learner, which may keep weights and activations otherwise: --requantize.

import { CheckpointError, type LocalLearner } from '../src/index.ts';
import { type Dataset, subset } from '../src/data/dataset.ts';
import { CALIBRATED } from '../src/learner/fit.ts';
import { UsageError } from './command.ts';
import { type GivenValues, tellsLearner } from './recall.ts';

type Learner = Pick<LocalLearner, 'restore' | 'calibrate' | 'compiled'>;

/**
 * @throws CheckpointError, with the option that helps where there is one; UsageError where what is given is not what
 *   the checkpoint tells.
 */
export function restoreInto(learner: Learner, bytes: Uint8Array, given: GivenValues): void {
  const { requantize = false } = given;
  try {
    learner.restore(bytes, { requantize });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const help = !requantize && fits(learner, bytes) ? '; with --requantize it is kept so' : '';
    throw new (tellsLearner(given) ? UsageError : CheckpointError)(`${error.message}${help}`);
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

/** Whether inputs and outputs of layers have scales that samples give. */
export const hasScales = ({ compiled }: Learner): boolean => compiled.activations.input !== null;

/** Finds the scales of int8 activations among as many samples as a first `fit` does, from all over. */
export function calibrateOn(learner: Learner, samples: Dataset): void {
  const step = Math.ceil(samples.count / CALIBRATED);
  const rows = Array.from({ length: Math.ceil(samples.count / step) }, (_, at) => at * step);
  learner.calibrate(subset(samples, rows).inputs);
}
