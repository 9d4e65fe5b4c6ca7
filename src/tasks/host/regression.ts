// Regression on the host: errors of the answers, and how much of the variance they explain.

import type { Judgement, Metrics, Outputs, Tally, Targets, TaskHost } from './host.ts';
import { readValues } from './values.ts';

export interface RegressionEvaluation extends Judgement {
  /** Mean squared error, over samples and outputs. */
  readonly mse: number;
  /** Mean absolute error, likewise. */
  readonly mae: number;
  /**
   * Coefficient of determination, the mean over the outputs: 1 - (sum of squared errors) / (sum of squared distances to
   * the mean target). Of an output whose targets are all alike 1 where they are met, else 0.
   */
  readonly r2: number;
}

type Errors = Omit<RegressionEvaluation, keyof Judgement>;

export const regressionHost: TaskHost<Errors> = {
  kind: 'regression',
  called: 'targets',
  metrics: { r2: 'higher', mse: 'lower', mae: 'lower' },
  lossJump: Infinity,
  read: (input, outputs) => readValues(input, outputs),
  tally: (outputs) => startErrors(outputs, ({ mse, mae, r2 }) => ({ r2, mse, mae })),
};

/** Adds up errors for each output, and moments of the targets about the first one. */
export function startErrors<Result extends Metrics>(
  { count: width }: Outputs,
  told: (errors: Errors) => Result,
): Tally<Result> {
  const target = new Float32Array(width);
  const [origin, sums, squares, errors] = Array.from({ length: 4 }, () => new Float64Array(width));
  const total = new Float64Array(1);
  let count = 0;
  const tally = {
    clear() {
      for (const each of [sums, squares, errors, total]) each.fill(0);
      count = 0;
    },
    add(answers: Float32Array, at: number, targets: Targets, index: number) {
      targets.copy(index, target, 0);
      if (count === 0) origin.set(target);
      for (let i = 0; i < width; i++) {
        const [error, moved] = [answers[at + i] - target[i], target[i] - origin[i]];
        sums[i] += moved;
        squares[i] += moved * moved;
        errors[i] += error * error;
        total[0] += error < 0 ? -error : error;
      }
      count++;
    },
    get metrics(): Result {
      return tally.result;
    },
    get result(): Result {
      let [squared, explained] = [0, 0];
      for (let i = 0; i < width; i++) {
        squared += errors[i];
        const spread = squares[i] - (sums[i] * sums[i]) / count;
        explained += spread > 0 ? 1 - errors[i] / spread : errors[i] === 0 ? 1 : 0;
      }
      return told({ mse: squared / (count * width), mae: total[0] / (count * width), r2: explained / width });
    },
  };
  return tally;
}
