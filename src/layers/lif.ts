// Leaky integrate-and-fire neurons, one for each feature, in discrete time; a step is the unit of time:
//
//   u_t = decay * u'_(t-1) + x_t;   s_t = 1 where u_t > threshold, else 0
//   u'_t = u_t - threshold * s_t    (soft reset)        u'_t = u_t * (1 - s_t)    (hard reset)        u'_0 = 0
//
// The derivative of the step is that of a surrogate g of v = u - threshold, in the reset too:
//
//   triangle      max(0, 1 - |v|)                     Bellec et al., NeurIPS 2018; the one of SLTT's experiments
//   fastSigmoid   1 / (1 + 25 |v|)^2                  Zenke and Ganguli, Neural Computation 30 (2018)
//   atan          1 / (1 + (pi v)^2)                  Fang et al., ICCV 2021, with alpha = 2
//
// It has no weights and joins the layer before it: together they are a unit, and local deltas begin at the spikes.

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { ABOVE_ZERO } from '../options.ts';
import {
  expectNumber,
  expectOneOf,
  keptShape,
  nameOf,
  type Layer,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Saved,
} from './layer.ts';
import { asEvents } from './parts/event-kernels.ts';
import type { Word } from './word.ts';

/** g(v) in place of the derivative of the step. */
const surrogates = {
  triangle: (v) => v.map('abs').times(-1).plus(1).max(0),
  fastSigmoid: (v) => v.map('abs').times(25).plus(1).map('square').map('reciprocal'),
  atan: (v) => v.times(Math.PI).map('square').plus(1).map('reciprocal'),
} as const satisfies Record<string, (v: Expression) => Expression>;

export type Surrogate = keyof typeof surrogates;

export interface LifOptions extends LayerOptions {
  /** What of the potential is left after a step, from 0 to below 1; default 0.5. */
  readonly decay?: number;
  /** Above 0; default 1. */
  readonly threshold?: number;
  /** Default `soft`. */
  readonly reset?: 'soft' | 'hard';
  /** Default `triangle`. */
  readonly surrogate?: Surrogate;
}

/**
 * Spiking neurons behind a layer. Any shape.
 * @throws ShapeError (when the network is declared) for an option out of its range.
 */
export function lif(options: LifOptions = {}): LayerSpec {
  const name = nameOf('lif', options, ['decay', 'threshold', 'reset', 'surrogate']);
  const { decay = 0.5, threshold = 1, reset = 'soft', surrogate = 'triangle' } = options;
  const config = { decay, threshold, reset, surrogate };
  return {
    type: 'lif',
    name,
    config,
    joins: true,
    outputShape(inputShape, layer) {
      expectNumber(layer, 'decay', decay, 0, 1);
      expectNumber(layer, 'threshold', threshold, ABOVE_ZERO);
      expectOneOf(layer, 'reset', reset, ['soft', 'hard']);
      expectOneOf(layer, 'surrogate', surrogate, Object.keys(surrogates));
      return inputShape;
    },
    parameterCount: () => 0,
    record: (p, context) => recordLif(p, context, config),
  };
}

export const lifWord: Word = {
  form: 'lif[D][tT][hard]',
  about: 'spiking neurons of decay D and threshold T, with soft or hard reset',
  joins: true,
  timed: true,
  layers: ({ D, T, hard }) => [lif({ decay: D, threshold: T, reset: hard ? 'hard' : 'soft' })],
};

/** With the potentials by which spikes were made. */
export interface LifSaved extends Saved {
  readonly potential: Tensor;
}

type Config = Required<Omit<LifOptions, 'name'>>;

function recordLif(p: Program, context: LayerContext, config: Config): Layer<LifSaved> {
  const { name } = context;
  const { decay, threshold, reset } = config;
  const carried = (what: string): Tensor =>
    p.tensor({ name: `${name}/${what}`, shape: keptShape(context), role: 'state' });
  const [membrane, adjoint] = [carried('membrane'), carried('adjoint')];
  return {
    name,
    type: 'lif',
    weights: [],
    begin: (program, way) => program.zero(way === 'forward' ? membrane : adjoint),
    forward(program, x) {
      const potential = program.compute(`${name}/potential`, membrane.times(decay).plus(x));
      const output = program.compute(`${name}/output`, potential.greater(threshold), asEvents);
      const spent = reset === 'soft' ? potential.minus(output.times(threshold)) : output.where(0, potential);
      program.write(membrane, spent.map('flush'));
      return { input: x, output, potential };
    },
    back(program, { potential, output }, delta, to) {
      if (to.pull !== true) return null;
      const slope = surrogates[config.surrogate](potential.minus(threshold));
      if (to.through !== true) return delta.times(slope);
      // du'/du: 1 - threshold g (soft), (1 - s) - u g (hard)
      const kept =
        reset === 'soft' ? slope.times(-threshold).plus(1) : output.times(-1).plus(1).minus(potential.times(slope));
      const du = program.compute(`${name}/du`, delta.times(slope).plus(adjoint.times(kept)));
      program.write(adjoint, du.times(decay));
      return du;
    },
  };
}
