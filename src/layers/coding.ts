// Codings: what turns a number into spikes over time. Inputs are taken as 0 to 1. Without a coding a number is fed to
// every step as it is (direct coding). Nothing is handed back through a coding.

import { Scalar } from '../../runtime/program/leaves.ts';
import { positive } from '../options.ts';
import { keptShape, nameOf, readLayer, ShapeError, type LayerOptions, type LayerSpec } from './layer.ts';
import { asEvents } from './parts/event-kernels.ts';
import { weightless, type Weightless } from './parts/weightless.ts';
import type { Word } from './word.ts';

/** A spike in each step with probability x. In prediction all samples share their draws, so none depends on another. */
export const rate = (options: LayerOptions = {}): LayerSpec =>
  coding('rate', options, (p, x, { name }, mode) => {
    const uniform = p.drawn(`${name}/spikes`, x.shape, {
      kind: 'uniform',
      range: [0, 1],
      each: mode.training ? 'step' : 'once',
      per: mode.training ? 'sample' : 'batch',
      at: mode.at,
    });
    return p.compute(`${name}/output`, uniform.less(x), asEvents);
  });

/** One spike, the earlier the larger x: in step (1 - x)(steps - 1), rounded; none for x <= 0. */
export const latency = (options: LayerOptions = {}): LayerSpec =>
  coding('latency', options, (p, x, { name }, { at }) => {
    const { turn, steps } = at!;
    const late = x.min(1).times(-1).plus(1).times(new Scalar(steps).minus(1)).minus(new Scalar(turn)).plus(0.5);
    const isNow = late.greater(0).minus(late.greater(1));
    return p.compute(`${name}/output`, isNow.times(x.greater(0)), asEvents);
  });

/** A spike where there was an event: what is above 0, as in sets of events. */
export const events = (options: LayerOptions = {}): LayerSpec =>
  coding('events', options, (p, x, { name }) => p.compute(`${name}/output`, x.greater(0), asEvents));

export interface DeltaOptions extends LayerOptions {
  /** Above 0; default 0.1. */
  readonly threshold?: number;
}

/**
 * A spike, 1 or -1, where x differs by more than the threshold from what it was at the last spike; from 0 before the
 * first.
 * @throws ShapeError (when the network is declared) for a threshold that is not above 0.
 */
export function delta(options: DeltaOptions = {}): LayerSpec {
  const { name, check, threshold } = readLayer('delta', options, { threshold: [positive, 0.1] });
  const spec = coding('delta', { name }, (_p, x) => x);
  return {
    ...spec,
    config: { threshold },
    outputShape(inputShape, layer) {
      check(layer);
      return inputShape;
    },
    record(p, context) {
      const told = p.tensor({ name: `${context.name}/told`, shape: keptShape(context), role: 'state' });
      return {
        ...spec.record(p, context),
        begin: (program) => program.zero(told),
        forward(program, x) {
          const change = program.compute(`${context.name}/change`, x.minus(told));
          const hasMoved = change.map('abs').greater(threshold);
          const output = program.compute(`${context.name}/output`, hasMoved.where(change.map('sign'), 0), asEvents);
          program.write(told, output.map('abs').where(x, told));
          return { input: x, output };
        },
      };
    },
  };
}

export const rateWord: Word = {
  form: 'rate',
  about: 'spikes as often as the input is large',
  layers: () => [rate()],
};

export const latencyWord: Word = {
  form: 'latency',
  about: 'one spike, the earlier the larger the input',
  layers: () => [latency()],
};

export const eventsWord: Word = {
  form: 'events',
  about: 'spikes where the input is above 0',
  layers: () => [events()],
};

export const deltaWord: Word = {
  form: 'delta[T]',
  about: 'spikes, up or down, where the input has changed by more than T',
  layers: ({ T }) => [delta({ threshold: T })],
};

const coding = (type: string, options: LayerOptions, forward: Weightless['forward']): LayerSpec =>
  weightless({
    type,
    name: nameOf(type, options),
    config: {},
    timed: true,
    outputShape: (inputShape) => inputShape,
    forward,
    pull(_p, _saved, _delta, { name: layer }) {
      throw new ShapeError(`${layer}: a delta would go through a coding, wanted no layer that learns before it`);
    },
  });
