// Where time ends: layers before `last()` or `mean()` run at every step, layers behind it once, on what it gives of all
// steps. A network with time and without such a layer gives an output at every step.

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import type { Moment } from '../../runtime/program/program.ts';
import { keptShape, nameOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';
import type { Word } from './word.ts';

/** What the last step gives. Any shape. */
export const last = (options: LayerOptions = {}): LayerSpec =>
  weightless({
    type: 'last',
    name: nameOf('last', options),
    config: {},
    timed: true,
    endsTime: true,
    outputShape: (inputShape) => inputShape,
    // what the host gave of a step is known in the loop alone
    forward: (p, x, { name: layer }) => (x.at(0).offset.terms.length > 0 ? p.compute(`${layer}/output`, x) : x),
    pull: (_p, _saved, delta, _context, { at }) => (at === undefined ? delta : delta.times(isLast(at))),
  });

/** 1 in the last step, else 0. */
const isLast = ({ turn, steps }: Moment): Expression => new Scalar(turn).greater(new Scalar(steps).minus(1.5));

/** The mean over all steps. Any shape. */
export const mean = (options: LayerOptions = {}): LayerSpec => ({
  type: 'mean',
  name: nameOf('mean', options),
  config: {},
  timed: true,
  endsTime: true,
  outputShape: (inputShape) => inputShape,
  parameterCount: () => 0,
  record(p, context) {
    const { name: layer } = context;
    const total: Tensor = p.tensor({ name: `${layer}/mean`, shape: keptShape(context), role: 'state' });
    return {
      name: layer,
      type: 'mean',
      weights: [],
      begin(program, way) {
        if (way === 'forward') program.zero(total);
      },
      forward(program, x, { at }) {
        program.write(total, total.plus(at === undefined ? x : x.over(new Scalar(at.steps))));
        return { input: x, output: total };
      },
      back(_p, _saved, delta, { pull, at }) {
        if (pull !== true) return null;
        return at === undefined ? delta : delta.over(new Scalar(at.steps));
      },
    };
  },
});

export const lastWord: Word = { form: 'last', about: 'ends time: the last step', layers: () => [last()] };
export const meanWord: Word = { form: 'mean', about: 'ends time: the mean', layers: () => [mean()] };
