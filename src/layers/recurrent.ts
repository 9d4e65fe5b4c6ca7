// Recurrence around a cell: y_t = cell([x_t, y_(t-1)]), y_0 = 0. The loop over time is the network's; here is one step.
// With a dense cell it is Elman's network (Cognitive Science 14, 1990), whose two matrices are one of features + units
// rows, first those of x, so that a step is one product and one update.
//
// Learned from the delta of a step alone, memory does not grow with time; a tape (backprop) goes back through it.

import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { dense } from './dense.ts';
import {
  describe,
  expectRank,
  nameOf,
  ShapeError,
  type Layer,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Saved,
} from './layer.ts';
import { composite, configOf, recordLayers } from './parts/chain.ts';
import { last } from './time.ts';
import type { Word } from './word.ts';

/**
 * A recurrent layer around `cell`, a layer of [features + units] to [units]; inside a layer `r` it is named
 * `r/dense_1`. Several layers make a cell as `block([...])`.
 * @throws ShapeError (when the network is declared) if its input is not [features], or the cell does not fit.
 */
export function recurrent(cell: LayerSpec, options: LayerOptions = {}): LayerSpec {
  const { declare } = composite('recurrent', [cell]);
  const unitsOf = ([features]: readonly number[], layer: string): number => {
    const of = (units: number): readonly number[] => declare([features + units], layer)[0].outputShape;
    const shape = of(1);
    if (shape.length === 1 && describe(of(shape[0])) === describe(shape)) return shape[0];
    throw new ShapeError(`${layer}: its cell makes ${describe(shape)}, wanted [units], the same of any input`);
  };
  return {
    type: 'recurrent',
    name: nameOf('recurrent', options),
    config: { cell: configOf(cell) },
    timed: true,
    outputShape(inputShape, layer) {
      expectRank(layer, inputShape, 1, '[features] at every step');
      return [unitsOf(inputShape, layer)];
    },
    parameterCount: (inputShape) => cell.parameterCount([inputShape[0] + unitsOf(inputShape, '')]),
    record(p, context) {
      const [features] = context.inputShape;
      const units = unitsOf(context.inputShape, context.name);
      const inner = declare([features + units], context.name);
      const [recorded] = recordLayers(p, inner, { ...context, inputShape: [features + units], outputs: null });
      return recordRecurrent(p, context, units, recorded);
    },
  };
}

export const recurrentWord: Word = {
  form: 'rN',
  about: 'recurrent, N units; behind the last one time ends, unless last or mean says where',
  activates: true,
  layers: ({ N }, { activation, rest }) => [
    recurrent(dense(N, { activation })),
    ...(rest.some((token) => /^(r\d+(lif.*)?|last|mean)$/.test(token)) ? [] : [last()]),
  ],
};

interface RecurrentSaved extends Saved {
  readonly cell: Saved;
}

function recordRecurrent(p: Program, context: LayerContext, units: number, cell: Layer): Layer<RecurrentSaved> {
  const { name, batch } = context;
  const [features] = context.inputShape;
  const carried = (what: string): Tensor => p.tensor({ name: `${name}/${what}`, shape: [batch, units], role: 'state' });
  const [fed, adjoint] = [carried('fed'), carried('adjoint')];
  return {
    name,
    type: 'recurrent',
    weights: cell.weights,
    begin(program, way) {
      cell.begin?.(program, way);
      program.zero(way === 'forward' ? fed : adjoint);
    },
    forward(program, x, mode) {
      const shape = [x.batch, features + units];
      const joint = program.tensor({ name: `${name}/joint`, shape, role: 'activation' });
      program.write(joint.columns(0, features), x);
      program.write(joint.columns(features, units), fed);
      const saved = program.unit(cell.name, () => cell.forward(program, joint, mode));
      program.write(fed, saved.output);
      return { input: x, output: saved.output, cell: saved };
    },
    back(program, { cell: saved }, delta, to) {
      const { through } = to;
      const dy = through ? delta.plus(adjoint) : delta;
      const options = through ? { ...to, pull: true } : to;
      const dJoint = program.unit(cell.name, () => cell.back(program, saved, dy, options));
      if (dJoint === null) return null;
      const whole = program.materialize(`${name}/dJoint`, dJoint);
      if (through) program.write(adjoint, whole.columns(features, units));
      return to.pull === true ? whole.columns(0, features) : null;
    },
  };
}
