// Classification: the target is one class of each sample, the outputs are one number for each class. Classes may be
// added while it learns, up to the capacity.

import { capacity, fixed, type Dim } from '../../runtime/program/dim.ts';
import type { Tensor, Expression } from '../../runtime/program/expression.ts';
import { Gather, OneHot } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Buffer } from '../../runtime/program/buffer.ts';
import { ConfigurationError } from '../errors.ts';
import { expectIs, expectOptions, integer } from '../options.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import type { Loss } from '../losses/loss.ts';
import { classificationHost, type Evaluation } from './host/classification.ts';
import { expectNames } from './parts/names.ts';
import { judgedBy } from './parts/outcome.ts';
import { fixedTable, isKept } from './parts/table.ts';
import type { Declared, Projection, Task } from './task.ts';

/** Names of more take longer to make than any plan. */
const MOST_CLASSES = 2 ** 22;

export interface ClassificationOptions {
  /** Default: numbers, one for each output of the network. */
  readonly names?: readonly string[];
  /** Classes there may be; default: as many as there are names. */
  readonly capacity?: number;
  /** Default `crossEntropy`. */
  readonly loss?: Loss;
}

/** @throws ConfigurationError for a capacity that is none. Names are checked with the network. */
export function classification(options: ClassificationOptions = {}): Task<Evaluation> {
  expectOptions('classification', options, ['names', 'capacity', 'loss']);
  const { names, capacity: most = names?.length, loss = crossEntropy } = options;
  return {
    kind: 'classification',
    loss,
    host: classificationHost,
    describe: (declared) => describe(declared, names, most),
    record(p, placing) {
      const { batch } = placing;
      const outputs = p.count('classes', placing.capacity, placing.now);
      const target = p.port({ name: 'target', way: 'in', role: 'label', element: 'i32', shape: [batch] });
      const encode = (): Expression => new OneHot(target, outputs);
      return {
        kind: 'classification',
        outputs,
        index: target,
        encode,
        project: (program, name, like, draws, weights = 0) =>
          project(program, { name, like, draws, weights, outputs, target }),
        ...judgedBy(p, { loss, outputs, index: target, encode, placing }),
      };
    },
  };
}

function describe(
  { outputShape, head }: Declared,
  given: readonly string[] | undefined,
  most: number | undefined,
): ReturnType<Task['describe']> {
  const [outputs, ...more] = outputShape;
  if (more.length > 0 && (head === 'network' || given === undefined)) {
    const shape = outputShape.join(', ');
    throw new ConfigurationError(`the network gives [${shape}], wanted one output per class: end with dense()`);
  }
  if (given === undefined)
    expectIs('the number of classes, the outputs of the network,', outputs, integer(0, MOST_CLASSES));
  else expectNames('class', given);
  const names = given ?? Array.from({ length: outputs }, (_, index) => String(index));
  const room = most ?? names.length;
  expectIs('the capacity for classes', room, integer(Math.max(1, names.length)));
  if (head === 'network' && names.length !== outputs) {
    throw new ConfigurationError(`there are ${names.length} class names, but the last layer has ${outputs} outputs`);
  }
  return { names: [...names], named: given !== undefined, capacity: room, count: 'classes' };
}

interface Projecting {
  readonly name: string;
  readonly like: Tensor;
  readonly draws: Projection;
  readonly weights: number;
  readonly outputs: Dim;
  readonly target: Buffer;
}

function project(p: Program, { name, like, draws, weights, outputs, target }: Projecting): Expression {
  const { kind, scale } = draws;
  const n = capacity(outputs) * fixed(like.features, `the features of '${name}'`);
  const keeps = isKept(n, weights);
  if (!keeps && 2 * capacity(like.batch) <= capacity(outputs)) {
    return p.drawn(name, like.shape, { kind, scale, each: 'once', per: { row: target } });
  }
  const shape = [outputs, ...like.shape.slice(1)];
  return new Gather(fixedTable(p, { name, shape }, n, keeps, draws), target);
}
