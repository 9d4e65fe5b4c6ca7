// Targets that are values, one for each output: the recorded half that regression and multi-label share with
// reconstruction, whose target is the input.

import { f32_matmul } from '../../../runtime/simd/kernels/f32-matmul.ts';
import { PLAIN } from '../../../runtime/simd/parts/reading.ts';
import { constant, fixed } from '../../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../../runtime/program/expression.ts';
import { elementsOf } from '../../../runtime/program/layout.ts';
import { paddedColumns, type Program } from '../../../runtime/program/program.ts';
import { ConfigurationError } from '../../errors.ts';
import type { Loss } from '../../losses/loss.ts';
import type { Declared, Placing, Projection, RecordedTask, TaskKind } from '../task.ts';
import { judgedBy } from './outcome.ts';
import { fixedTable, isKept } from './table.ts';

/** @throws ConfigurationError where the network gives another number of outputs. */
export function expectOutputs(what: string, wanted: number, { outputShape, head }: Declared): void {
  const outputs = elementsOf(outputShape);
  if (head === 'own' || outputs === wanted) return;
  throw new ConfigurationError(`${what} is of ${wanted} values, but the network gives ${outputs} outputs`);
}

export function recordValues(
  p: Program,
  kind: TaskKind,
  { loss, placing, target }: { loss: Loss; placing: Placing; target(p: Program): Tensor },
): RecordedTask {
  const outputs = constant(placing.capacity);
  return {
    kind,
    outputs,
    get index(): never {
      throw new ConfigurationError(`the rule learns by the class of each sample, but the task is ${kind}`);
    },
    encode: () => target(p),
    project: (program, name, like, draws, weights = 0) =>
      project(program, target(program), { name, like, draws, weights, outputs: placing.capacity }),
    ...judgedBy(p, { loss, outputs, index: null, encode: () => target(p), placing }),
  };
}

/** The port of values that the host fills. */
export function valuesPort(p: Program, { batch, capacity }: Placing): Tensor {
  return new Tensor(p.port({ name: 'target', way: 'in', role: 'label', shape: [batch, capacity] }));
}

interface Projecting {
  readonly name: string;
  readonly like: Tensor;
  readonly draws: Projection;
  readonly weights: number;
  readonly outputs: number;
}

/** The product of the target with a random table. */
function project(p: Program, target: Tensor, { name, like, draws, weights, outputs }: Projecting): Expression {
  const features = fixed(like.features, `the features of '${name}'`);
  const n = outputs * paddedColumns(features);
  const shape = [outputs, features];
  const weight = fixedTable(p, { name, shape, layout: 'panels' }, n, isKept(n, weights), draws);
  const out = p.tensor({ name: `${name}/projected`, shape: like.shape, role: 'scratch' });
  const x = p.materialize(`${name}/target`, target);
  const kernel = f32_matmul({ activation: 'identity', start: 'zero', reading: PLAIN });
  p.call(kernel, { out, x, weight, batch: like.batch, inputs: outputs, outputs: features });
  return out;
}
