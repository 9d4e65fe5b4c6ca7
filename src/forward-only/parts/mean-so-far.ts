// The mean of a sequence so far, m_t = m_(t-1) + (y_t - m_(t-1)) / (t + 1), in the bytes of one step. A network that
// reads the mean over time needs no answer of a unit at each step, and a unit that is asked for one saturates.

import type { Tensor } from '../../../runtime/program/expression.ts';
import { Scalar } from '../../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../../runtime/program/program.ts';
import type { When } from './layerwise.ts';

/** Records the mean of `y` over the steps up to `at`. */
export function meanSoFar(p: Program, name: string, y: Tensor, { turn }: Moment, before: When['before']): Tensor {
  const mean = p.tensor({ name: `${name}/meanSoFar`, role: 'state', shape: y.shape });
  before(() => p.zero(mean));
  p.write(mean, mean.plus(y.minus(mean).over(new Scalar(turn).plus(1))));
  return mean;
}
