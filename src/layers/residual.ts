// A block of layers with a way around it: y = x + g(x), or x and g(x) side by side (concatenated channels), where g is
// the layers inside. He et al., CVPR 2016; Huang et al., CVPR 2017.
//
// The block learns as one unit: from a delta at its output, by backpropagation through its own few layers, no further.

import { elementsOf } from '../../runtime/program/layout.ts';
import { scaled, toDim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import {
  describe,
  readLayer,
  pulled,
  ShapeError,
  type Layer,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Saved,
} from './layer.ts';
import { chain, composite, configOf, recordLayers, type ChainSaved } from './parts/chain.ts';
import { gradientKernels } from './parts/gradient-kernels.ts';
import { oneOf } from '../options.ts';

export interface ResidualOptions extends LayerOptions {
  /** `add` (default): y has the shape of x; `concatenate`: y has the channels of x, then those of g(x). */
  readonly mode?: 'add' | 'concatenate';
}

/**
 * A block of `layers`; inside a block `b` they are named `b/dense_1` and so on.
 * @throws ShapeError if there are none, or (when the network is declared) a layer inside does not fit, or g(x) does not
 *   fit to x: for `add` it must have the same shape, for `concatenate` the same but for the last axis.
 */
export function residual(layers: readonly LayerSpec[], options: ResidualOptions = {}): LayerSpec {
  const { name, check, mode } = readLayer('residual', options, { mode: [oneOf(['add', 'concatenate']), 'add'] });
  check('residual');
  const { declare, parameterCount, timed } = composite('residual', layers);
  return {
    type: 'residual',
    name,
    config: { layers: layers.map(configOf), mode },
    parameterCount,
    timed,
    outputShape(inputShape, block) {
      const inner = declare(inputShape, block);
      const { outputShape } = inner[inner.length - 1];
      return (mode === 'add' ? summedShape : joinedShape)(block, inputShape, outputShape);
    },
    record(p, context) {
      const inner = declare(context.inputShape, context.name);
      const inside = chain(context.name, recordLayers(p, inner, { ...context, outputs: null }), {
        kernels: gradientKernels,
      });
      const { outputShape } = inner[inner.length - 1];
      return bypassed(inside, mode === 'add' ? adding(context.name) : concatenating(context, outputShape));
    },
  };
}

type Shape = readonly number[];

const misfit = (name: string, from: Shape, to: Shape, wanted: string): ShapeError =>
  new ShapeError(`${name}: its layers make ${describe(to)} of ${describe(from)}, wanted ${wanted}`);

function summedShape(name: string, from: Shape, to: Shape): Shape {
  if (describe(from) === describe(to)) return from;
  throw misfit(name, from, to, 'the same shape to add them');
}

function joinedShape(name: string, from: Shape, to: Shape): Shape {
  const positions = from.slice(0, -1);
  if (describe(positions) === describe(to.slice(0, -1))) return [...positions, lastOf(from) + lastOf(to)];
  throw misfit(name, from, to, 'the same but for the last axis to concatenate them');
}

const lastOf = (shape: Shape): number => shape[shape.length - 1];

/** How the two ways meet, and how a delta divides between them. */
interface Junction {
  /** y from x and g(x). */
  join(p: Program, x: Tensor, inside: Tensor): Tensor;
  /** dL/dx past the block, and dL/dg. */
  divide(p: Program, delta: Expression, inside: Tensor): { readonly past: Expression; readonly through: Expression };
}

const adding = (name: string): Junction => ({
  join: (p, x, inside) => p.compute(`${name}/output`, x.plus(inside)),
  divide: (_, delta) => ({ past: delta, through: delta }),
});

function concatenating({ name, inputShape }: LayerContext, insideShape: Shape): Junction {
  const positions = elementsOf(inputShape.slice(0, -1));
  const [own, others] = [lastOf(inputShape), lastOf(insideShape)];
  /** Every position a row. */
  const rows = (x: Tensor, columns: number): Tensor => x.reshape([scaled(x.batch, positions), columns]);
  return {
    join(p, x, inside) {
      const shape = [x.batch, ...inputShape.slice(0, -1), own + others];
      const output = p.tensor({ name: `${name}/output`, shape, role: 'activation' });
      const whole = rows(output, own + others);
      p.write(whole.columns(0, own), rows(x, own));
      p.write(whole.columns(own, others), rows(inside, others));
      return output;
    },
    divide(p, delta, inside) {
      const whole = rows(p.materialize(`${name}/dy`, delta), own + others);
      const part = (what: string, from: number, count: number, shape: Tensor['shape']): Tensor =>
        p.compute(`${name}/${what}`, whole.columns(from, count)).reshape(shape);
      const through = part('dInside', own, others, inside.shape);
      return { past: part('dPast', 0, own, [inside.batch, ...inputShape.map(toDim)]), through };
    },
  };
}

interface BypassSaved extends Saved {
  readonly inside: ChainSaved;
}

function bypassed(inside: Layer<ChainSaved>, junction: Junction): Layer<BypassSaved> {
  const { name } = inside;
  return {
    ...inside,
    type: 'residual',
    forward(p, x, mode) {
      const saved = inside.forward(p, x, mode);
      return { input: x, output: junction.join(p, x, saved.output), inside: saved };
    },
    back(p, { inside: saved }, delta, to) {
      const { past, through } = junction.divide(p, delta, saved.output);
      if (to.pull !== true) return inside.back(p, saved, through, to);
      return p.compute(`${name}/dx`, past.plus(pulled(p, inside, saved, through, to)));
    },
  };
}
