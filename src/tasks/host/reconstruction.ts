// Reconstruction on the host: the sample is its own target.

import { InputError } from '../../errors.ts';
import type { Judgement, TaskHost } from './host.ts';
import { startErrors } from './regression.ts';

export interface ReconstructionEvaluation extends Judgement {
  /** Mean squared error, over samples and values. */
  readonly mse: number;
  /** Mean absolute error, likewise. */
  readonly mae: number;
}

export const reconstructionHost: TaskHost<Omit<ReconstructionEvaluation, keyof Judgement>> = {
  kind: 'reconstruction',
  called: 'targets',
  metrics: { mse: 'lower', mae: 'lower' },
  lossJump: Infinity,
  read(input, _outputs, samples) {
    if (input === null || input === undefined) return samples;
    throw new InputError('a reconstruction has the samples as its targets, wanted null in their place');
  },
  tally: (outputs) => startErrors(outputs, ({ mse, mae }) => ({ mse, mae })),
};
