// Leaky integrate-and-fire neurons, one for each feature, in discrete time; a step is the unit of time:
//
//   i_t = currentDecay * i_(t-1) + x_t                                   i_0 = 0
//   u_t = decay * u'_(t-1) + i_t;   s_t = 1 where u_t > b_t, else 0
//   u'_t = u_t - threshold * s_t    (soft reset)        u'_t = u_t * (1 - s_t)    (hard reset)        u'_0 = 0
//   b_t = threshold + adaptation * a_(t-1);   a_t = adaptationDecay * a_(t-1) + s_t                   a_0 = 0
//
// With a current that lasts (above 0) it is CubaLIF, snnTorch's Synaptic; with adaptation it is ALIF, whose threshold b
// rises with every spike (Bellec et al., Nature Communications 11, 2020). Of what is 0 nothing is kept. With recurrent
// weights it is the cell of a recurrent layer: recurrent(block([dense(n), lif()])).
//
// The derivative of the step is that of a surrogate g of v = u - b, in the reset too:
//
//   triangle      max(0, 1 - |v|)                     Bellec et al., NeurIPS 2018; the one of SLTT's experiments
//   fastSigmoid   1 / (1 + 25 |v|)^2                  Zenke and Ganguli, Neural Computation 30 (2018)
//   atan          1 / (1 + (pi v)^2)                  Fang et al., ICCV 2021, with alpha = 2
//
// It has no weights and joins the layer before it: together they are a unit, and local deltas begin at the spikes.

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { finite, keyOf, oneOf, positive } from '../options.ts';
import { block } from './block.ts';
import { dense } from './dense.ts';
import {
  keptShape,
  readLayer,
  type Layer,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Saved,
} from './layer.ts';
import { asEvents } from './parts/event-kernels.ts';
import { recurrent } from './recurrent.ts';
import type { Values, Word } from './word.ts';

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
  /** What of the current is left after a step, from 0 to below 1; default 0: it is what comes in. */
  readonly currentDecay?: number;
  /** What a spike adds to the threshold; default 0. */
  readonly adaptation?: number;
  /** What of that is left after a step, from 0 to below 1; default 0.97. */
  readonly adaptationDecay?: number;
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
  const { name, check, ...config } = readLayer('lif', options, {
    decay: [finite(0, 1), 0.5],
    threshold: [positive, 1],
    currentDecay: [finite(0, 1), 0],
    adaptation: [finite(0), 0],
    adaptationDecay: [finite(0, 1), 0.97],
    reset: [oneOf(['soft', 'hard']), 'soft'],
    surrogate: [keyOf(surrogates), 'triangle'],
  });
  const { decay, threshold, currentDecay, adaptation, adaptationDecay, reset, surrogate } = config;
  return {
    type: 'lif',
    name,
    config: {
      decay,
      threshold,
      ...(currentDecay !== 0 && { currentDecay }),
      ...(adaptation !== 0 && { adaptation, adaptationDecay }),
      reset,
      surrogate,
    },
    joins: true,
    timed: true,
    outputShape(inputShape, layer) {
      check(layer);
      return inputShape;
    },
    parameterCount: () => 0,
    record: (p, context) => recordLif(p, context, config),
  };
}

/** What stands behind the words for neurons. */
const toldOf = ({ D, T, C, A, hard }: Values): LifOptions => ({
  decay: D,
  threshold: T,
  currentDecay: C,
  adaptation: A,
  reset: hard ? 'hard' : 'soft',
});

export const lifWord: Word = {
  form: 'lif[D][tT][cC][aA][hard]',
  about: 'spiking neurons of decay D and threshold T, with a current of decay C, adaptation A, soft or hard reset',
  joins: true,
  layers: (values) => [lif(toldOf(values))],
};

export const recurrentLifWord: Word = {
  form: 'rNlif[D][tT][cC][aA][hard]',
  about: 'N spiking neurons that see the spikes of their step before, too',
  layers: (values) => [recurrent(block([dense(values.N), lif(toldOf(values))]))],
};

/** With the potentials by which spikes were made. */
export interface LifSaved extends Saved {
  readonly potential: Tensor;
  /** b; absent where it is the threshold. */
  readonly barrier?: Tensor;
}

type Config = Required<Omit<LifOptions, 'name'>>;

/** What is carried from step to step, and dL/d(it) from the step behind. */
interface Carried {
  readonly state: Tensor;
  readonly adjoint: Tensor;
}

function recordLif(p: Program, context: LayerContext, config: Config): Layer<LifSaved> {
  const { name } = context;
  const { decay, threshold, currentDecay, adaptation, adaptationDecay, reset } = config;
  const tensor = (what: string): Tensor =>
    p.tensor({ name: `${name}/${what}`, shape: keptShape(context), role: 'state' });
  const carried = (what: string): Carried => ({ state: tensor(what), adjoint: tensor(`${what}/adjoint`) });
  const membrane = carried('membrane');
  const current = currentDecay > 0 ? carried('current') : null;
  const adapted = adaptation > 0 ? carried('adaptation') : null;
  const slopeOf = ({ potential, barrier }: LifSaved): Expression =>
    surrogates[config.surrogate](potential.minus(barrier ?? threshold));
  return {
    name,
    type: 'lif',
    weights: [],
    memory: (saved: LifSaved) => ({
      decays: current === null ? [decay] : [currentDecay, decay],
      ...(adapted && { adapts: { slope: slopeOf(saved), adaptation, decay: adaptationDecay } }),
    }),
    begin(program, way) {
      const what = way === 'forward' ? 'state' : 'adjoint';
      for (const each of [membrane, current, adapted]) if (each !== null) program.zero(each[what]);
    },
    forward(program, x) {
      if (current !== null) program.write(current.state, current.state.times(currentDecay).plus(x).map('flush'));
      const sum = membrane.state.times(decay).plus(current?.state ?? x);
      const potential = program.compute(`${name}/potential`, sum);
      const barrier = adapted && program.compute(`${name}/barrier`, adapted.state.times(adaptation).plus(threshold));
      const output = program.compute(`${name}/output`, potential.greater(barrier ?? threshold), asEvents);
      const spent = reset === 'soft' ? potential.minus(output.times(threshold)) : output.where(0, potential);
      program.write(membrane.state, spent.map('flush'));
      if (adapted === null || barrier === null) return { input: x, output, potential };
      program.write(adapted.state, adapted.state.times(adaptationDecay).plus(output).map('flush'));
      return { input: x, output, potential, barrier };
    },
    back(program, saved, delta, to) {
      if (to.pull !== true) return null;
      const { potential, output } = saved;
      const slope = slopeOf(saved);
      if (to.through !== true) return delta.times(slope);
      const ds = adapted === null ? delta : delta.plus(adapted.adjoint);
      // du'/du: 1 - threshold g (soft), (1 - s) - u g (hard)
      const kept =
        reset === 'soft' ? slope.times(-threshold).plus(1) : output.times(-1).plus(1).minus(potential.times(slope));
      const du = program.compute(`${name}/du`, ds.times(slope).plus(membrane.adjoint.times(kept)));
      if (adapted !== null) {
        // dL/db = -g dL/ds, with what the reset hands to s
        const fired = ds.minus(membrane.adjoint.times(reset === 'soft' ? threshold : potential)).times(slope);
        program.write(adapted.adjoint, adapted.adjoint.times(adaptationDecay).minus(fired.times(adaptation)));
      }
      program.write(membrane.adjoint, du.times(decay));
      if (current === null) return du;
      const di = program.compute(`${name}/di`, du.plus(current.adjoint));
      program.write(current.adjoint, di.times(currentDecay));
      return di;
    },
  };
}
