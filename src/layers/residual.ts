// A block of layers with a way around it: y = x + g(x), or x and g(x) side by side (concatenated channels), where g is
// the layers inside. He et al., CVPR 2016; Huang et al., CVPR 2017.
//
// The block learns as one unit: from a delta at its output, by backpropagation through its own few layers, no further.

import { scaled } from '../../runtime/program/dim.ts';
import { Slice, wholeWindow, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import {
  describe,
  elementsOf,
  ShapeError,
  type Layer,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Saved,
} from './layer.ts';
import { gradientKernels } from './parts/gradient-kernels.ts';
import { nameLayers, type NamedSpec } from './network.ts';
import { Remembered } from './parts/remembered.ts';

export interface ResidualOptions extends LayerOptions {
  /** `add` (default): y has the shape of x; `concatenate`: y has the channels of x, then those of g(x). */
  readonly mode?: 'add' | 'concatenate';
}

/**
 * A block of `layers`; inside a block `b` they are named `b/dense_1` and so on.
 * @throws ShapeError (when the network is declared) if a layer inside does not fit, or g(x) does not fit to x: for
 *   `add` it must have the same shape, for `concatenate` the same but for the last axis.
 */
export function residual(layers: readonly LayerSpec[], { mode = 'add', name }: ResidualOptions = {}): LayerSpec {
  const declare = (inputShape: readonly number[], block: string): NamedSpec[] =>
    nameLayers(layers, inputShape, `${block}/`);
  return {
    type: 'residual',
    name,
    config: { mode, layers: layers.map(({ type, config }) => ({ type, config })) },
    outputShape(inputShape, block) {
      if (layers.length === 0) throw new ShapeError(`${block}: got no layers, wanted at least one`);
      const inner = declare(inputShape, block);
      const { outputShape } = inner[inner.length - 1];
      return (mode === 'add' ? summedShape : joinedShape)(block, inputShape, outputShape);
    },
    parameterCount: (inputShape) =>
      declare(inputShape, '').reduce((total, { spec, inputShape: shape }) => total + spec.parameterCount(shape), 0),
    record(p, context) {
      const inner = declare(context.inputShape, context.name);
      const recorded = inner.map(({ name: layer, spec, inputShape }) =>
        spec.record(p, { name: layer, inputShape, outputs: null, storage: context.storage }),
      );
      const { outputShape } = inner[inner.length - 1];
      return block(context.name, recorded, mode === 'add' ? adding(context.name) : concatenating(context, outputShape));
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
  /** dL/dg from dL/dy. */
  divide(p: Program, delta: Expression, inside: Tensor): Expression;
  /** dL/dx from dL/dy and what came back through the layers. */
  merge(p: Program, delta: Expression, through: Tensor): Tensor;
}

const adding = (name: string): Junction => ({
  join: (p, x, inside) => p.compute(`${name}/output`, x.plus(inside)),
  divide: (_, delta) => delta,
  merge: (p, delta, through) => p.compute(`${name}/pulled`, delta.plus(through)),
});

function concatenating({ name, inputShape }: LayerContext, insideShape: Shape): Junction {
  const positions = elementsOf(inputShape.slice(0, -1));
  const [own, others] = [lastOf(inputShape), lastOf(insideShape)];
  const channels = own + others;
  /** Every position a row. */
  const rows = (x: Tensor, columns: number): Tensor => x.reshape([scaled(x.batch, positions), columns]);
  const deltaRows = (p: Program, delta: Expression): Tensor => rows(p.materialize(`${name}/delta`, delta), channels);
  return {
    join(p, x, inside) {
      const shape = [x.batch, ...inputShape.slice(0, -1), channels];
      const output = p.tensor({ name: `${name}/output`, shape, role: 'activation' });
      const place = (part: Tensor, first: number): void => {
        const window = wholeWindow(part.shape);
        p.evaluate(part, output.at(first), window, channels, window.columns);
      };
      place(rows(x, own), 0);
      place(rows(inside, others), own);
      return output;
    },
    divide: (p, delta, inside) =>
      p.compute(`${name}/deltaInside`, new Slice(deltaRows(p, delta), own, [others])).reshape(inside.shape),
    merge(p, delta, through) {
      const past = new Slice(deltaRows(p, delta), 0, [own]);
      return p.compute(`${name}/pulled`, past.plus(rows(through, own))).reshape(through.shape);
    },
  };
}

function block(name: string, layers: readonly Layer[], junction: Junction): Layer {
  /** The deltas at the layers' outputs, from the last layer on, as far as they were asked for. */
  const known = new Remembered<Expression[]>();

  /** The delta at the output of a layer. */
  function deltaAt(p: Program, saved: Saved, delta: Expression, index: number): Expression {
    const { inner = [] } = saved;
    const deltas =
      known.get(saved, delta) ?? known.set(saved, delta, [junction.divide(p, delta, inner[inner.length - 1].output)]);
    while (deltas.length < layers.length - index) {
      const above = layers.length - deltas.length;
      deltas.push(layers[above].pull(p, inner[above], deltas[deltas.length - 1], gradientKernels));
    }
    return deltas[layers.length - 1 - index];
  }

  return {
    name,
    weights: layers.flatMap(({ weights }) => weights),
    forward(p, x, { training, learn }) {
      const inner: Saved[] = [];
      for (const layer of layers) inner.push(layer.forward(p, inner[inner.length - 1]?.output ?? x, { training }));
      const saved = { input: x, output: junction.join(p, x, inner[inner.length - 1].output), inner };
      learn?.(saved);
      return saved;
    },
    update(p, saved, delta, optimizer) {
      saved.inner?.forEach((inner, index) => {
        const layer = layers[index];
        if (layer.weights.length > 0) layer.update(p, inner, deltaAt(p, saved, delta, index), optimizer);
      });
    },
    pull(p, saved, delta) {
      const { inner: [first] = [] } = saved;
      const through = layers[0].pull(p, first, deltaAt(p, saved, delta, 0), gradientKernels);
      return junction.merge(p, delta, through);
    },
  };
}
