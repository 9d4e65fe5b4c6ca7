// A head of a rule's own: a product onto the task's outputs, of whatever a unit gives.

import { capacity } from '../../../runtime/program/dim.ts';
import type { Tensor } from '../../../runtime/program/expression.ts';
import { block } from '../../layers/block.ts';
import { dense } from '../../layers/dense.ts';
import { flatten } from '../../layers/flatten.ts';
import { globalAveragePool } from '../../layers/global-average-pool.ts';
import type { Layer } from '../../layers/layer.ts';
import type { OwnOptions, RuleContext } from '../rule.ts';

interface HeadOptions extends Pick<OwnOptions, 'trained'> {
  /** Of an image it reads the mean of each channel; default: all of it. */
  readonly pooled?: boolean;
}

export function head(
  { own, task }: RuleContext,
  unit: string,
  name: string,
  a: Tensor,
  { pooled = false, trained }: HeadOptions = {},
): Layer {
  const onto = dense(capacity(task.outputs), { bias: false });
  const reading = pooled && a.shape.length === 4 ? globalAveragePool() : flatten();
  const spec = a.shape.length === 2 ? onto : block([reading, onto]);
  return own(unit, spec, { name, like: a, outputs: task.outputs, trained });
}
