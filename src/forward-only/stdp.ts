// STDP, spike-timing-dependent plasticity, with homeostasis: neurons compete for samples, and what fires learns what
// fired before it. No label is needed for that; labels say afterwards what each neuron stands for.
//
//   u_t = decay u_(t-1) + gain x_t W - theta - inhibition (spikes of the others in t - 1)         a `lif` layer
//   s_t = 1 for the neuron with the highest u_t, if that is above the threshold; x'_t = max(trace x'_(t-1), x_t)
//   W <- update(W, sum_t (1/2 - x'_t)^T s_t);   theta <- theta + rate sum_t (s_t - target / n)
//   V <- update(V, (sum_t s_t)^T (1/2 - y*));   answer: log of (sum_t s_t) V
//
// over the samples of a batch. The update has soft bounds (parts/soft-bounds.ts): w goes to the share of a neuron's
// spikes that its input was active for, V to the share of its spikes that fell on samples of a class, so neurons vote
// by shares. gain = 10 / inputs. V are the weights of the last layer; no bias learns.
//
// Source: Diehl, Cook: Unsupervised learning of digit recognition using spike-timing-dependent plasticity. Frontiers in
// Computational Neuroscience 9 (2015). There one class is assigned to each neuron, inhibition comes from neurons of its
// own, conductances have time constants, and weights are normalised; learning is by single samples, each shown until
// five spikes came. Here theta falls where a neuron is silent.

import { constant, fixed } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { PerSample } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import { dense } from '../layers/dense.ts';
import type { Layer } from '../layers/layer.ts';
import type { LifSaved } from '../layers/lif.ts';
import { maxPool } from '../layers/max-pool.ts';
import type { Network, Part } from '../layers/network.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { asEvents } from '../layers/parts/event-kernels.ts';
import { ABOVE_ZERO, expectFinite, expectOptions } from '../options.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import { accumulate, type Sink } from '../quantization/sink.ts';
import { softBounds } from './parts/soft-bounds.ts';
import { always, defineRule, hiddenUnits, LOCAL, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface StdpOptions {
  /** Default: soft bounds, at 0.01. */
  readonly optimizer?: Optimizer;
  /** What is left of a trace after a step, from 0 to below 1; default 0.9. */
  readonly trace?: number;
  /** By how much a spike lowers the potentials of the other neurons; default 0.5. */
  readonly inhibition?: number;
  /** Spikes that a layer is to make in a step; default 0.25. */
  readonly target?: number;
  /** How fast thresholds adapt; default 0.002. */
  readonly homeostasis?: number;
}

type Config = Required<Omit<StdpOptions, 'optimizer'>>;

const VOTES_RATE = 0.02;
/** Of inputs that are all active, with all weights 1. */
const GAIN = 10;
const FIRST = 0.15;
/** In spikes: what a class without a vote has. */
const LEAST = 0.01;

export function stdp(options: StdpOptions = {}): Rule {
  expectOptions('stdp', options, ['optimizer', 'trace', 'inhibition', 'target', 'homeostasis'], RuleError);
  const { optimizer = softBounds(0.01), trace = 0.9, inhibition = 0.5, target = 0.25, homeostasis = 0.002 } = options;
  expectFinite('stdp: trace', trace, [0, 1], RuleError);
  expectFinite('stdp: inhibition', inhibition, [0], RuleError);
  expectFinite('stdp: target', target, [ABOVE_ZERO], RuleError);
  expectFinite('stdp: homeostasis', homeostasis, [0], RuleError);
  const config = { trace, inhibition, target, homeostasis };
  return defineRule({
    name: 'stdp',
    title: 'STDP',
    about: 'Neurons compete for samples, and what fires learns what fired before it; labels only name the neurons.',
    paper:
      'Diehl, Cook: Unsupervised learning of digit recognition using spike-timing-dependent plasticity. ' +
      'Frontiers in Computational Neuroscience 9, 2015',
    config,
    optimizers: { optimizer, votes: softBounds(VOTES_RATE), thresholds: sgd(homeostasis) },
    locality: LOCAL,
    record(p, network, context) {
      expectSpiking(network, context);
      const hidden = hiddenUnits('stdp', network);
      p.phase('prepare', () => {
        for (const {
          name,
          layers: [
            {
              weights: [weight],
            },
          ],
        } of hidden) {
          p.unit(name, () =>
            weight.change?.(p, ({ values }) => values.map('abs').times(FIRST * Math.sqrt(weight.rows))),
          );
        }
      });
      p.phase('train', () => {
        const outcome = context.task.outcome(p, null);
        const { votes, saved } = answer(p, network, context, config, true);
        p.unit(votes.name, () => {
          outcome.score(p, shares(p, saved.output));
          const off = context.task.encode().times(-1).plus(0.5).times(context.weight);
          votes.back(p, saved, off, { training: true, sink: withoutBias(context.sink('votes')) });
        });
      });
      const predict = (program: Program): Tensor =>
        shares(program, answer(program, network, context, config, false).saved.output);
      return { stages: always('train'), predict };
    },
  });
}

/** @throws RuleError for a network without time, or of other layers. */
function expectSpiking({ spec, units }: Network, { input }: RuleContext): void {
  const wanted = 'wanted a network with time of codings, pairs of dense() and lif(), and dense() at its end';
  if (input.steps === null) throw new RuleError(`stdp learns from spikes, and the network has no time: ${wanted}`);
  const isPair = ({ layers }: Part): boolean => layers.map(({ type }) => type).join() === 'dense,lif';
  const odd = units.find((unit) => (unit.last ? unit.layers[0].type !== 'dense' : !isPair(unit)));
  const end = spec.layers.find(({ spec: layer }) => layer.endsTime)?.name;
  const name = odd?.name ?? end;
  if (name !== undefined) throw new RuleError(`stdp cannot train '${name}': ${wanted}`);
}

const shares = (p: Program, votes: Tensor): Tensor =>
  p.compute('shares', votes.max(0).plus(LEAST).map('log'), { unit: null });

const withoutBias = (sink: Sink): Sink => ({ learn: (p, site) => sink.learn(p, { ...site, bias: null }) });

interface Answer {
  readonly votes: Part;
  readonly saved: ChainSaved;
}

/** Shows the samples for all steps, and asks for the votes; learns where that is wanted. */
function answer(p: Program, network: Network, context: RuleContext, config: Config, learns: boolean): Answer {
  const { parts, units } = network;
  const { input, batch } = context;
  const [votes] = units.slice(-1);
  const sinks = learns
    ? { weights: accumulate(p, context.sink()), thresholds: accumulate(p, context.sink('thresholds')) }
    : null;
  const layers = new Map(
    units
      .slice(0, -1)
      .map((unit) => [unit, p.unit(unit.name, () => open(p, unit, { context, config, sinks }))] as const),
  );
  const passages = parts.slice(0, parts.indexOf(votes)).filter((part) => !layers.has(part));
  for (const part of passages) p.unit(part.name, () => part.begin?.(p, 'forward'));
  const counts = p.tensor({ name: 'counts', role: 'state', shape: [batch, votes.layers[0].weights[0].rows] });
  p.zero(counts);
  p.time(input.steps!, 'forward', (at) => {
    let x = input.at(p, at);
    for (const part of parts) {
      if (part === votes) break;
      x = p.unit(part.name, () => layers.get(part)?.(x, at) ?? part.forward(p, x, { training: learns, at }).output);
    }
    p.write(counts, counts.plus(x));
  });
  sinks?.weights.spend(p);
  sinks?.thresholds.spend(p);
  return { votes, saved: p.unit(votes.name, () => votes.forward(p, counts, { training: learns })) };
}

interface Opening {
  readonly context: RuleContext;
  readonly config: Config;
  readonly sinks: { readonly weights: Sink; readonly thresholds: Sink } | null;
}

/** Puts a layer to rest; gives what makes a step of it, from the spikes it is shown to those it fires. */
function open(p: Program, unit: Part, { context, config, sinks }: Opening): (x: Tensor, at: Moment) => Tensor {
  const { batch, weight, own } = context;
  const { name, layers } = unit;
  const [product, neurons] = layers as readonly [Layer, Layer<LifSaved>];
  const { rows: inputs, columns } = product.weights[0];
  const n = fixed(columns, `the neurons of '${name}'`);
  const state = (what: string, features: number): Tensor =>
    p.tensor({ name: `${name}/${what}`, role: 'state', shape: [batch, constant(features)], ...asEvents });
  const [seen, fired] = [state('trace', inputs), state('fired', n)];
  p.zero(seen, fired);
  neurons.begin?.(p, 'forward');
  const one = p.tensor({ name: `${name}/one`, role: 'activation', shape: [batch, constant(1)] });
  p.write(one, 1);
  const thresholds = own(name, dense(n, { bias: false, initializer: 'zeros' }), { name: 'thresholds', like: [1] });
  const theta = thresholds.forward(p, one, { training: false });
  const most = own(name, maxPool([n, 1]), { name: 'most', like: [n, 1, 1] });

  return (x, at) => {
    const mode = { training: sinks !== null, at };
    const spikes = p.materialize(`${name}/input`, x);
    const sums = product.forward(p, spikes, mode);
    const others = p.rowSum(`${name}/spikes`, fired.times(1));
    const inhibited = fired.times(-1).plus(others).times(config.inhibition);
    const drive = sums.output
      .times(GAIN / inputs)
      .minus(theta.output)
      .minus(inhibited);
    const { output, potential } = neurons.forward(p, p.compute(`${name}/drive`, drive), mode);
    const highest = new PerSample(most.forward(p, potential.reshape([batch, n, 1, 1]), mode).output.buffer);
    p.write(fired, highest.greater(potential).where(0, output));
    if (sinks === null) return fired;
    p.write(seen, seen.times(config.trace).max(spikes));
    const trace = p.compute(`${name}/relative`, seen.times(-1).plus(0.5));
    product.back(p, { ...sums, input: trace }, fired.times(weight), { ...mode, sink: withoutBias(sinks.weights) });
    const off = fired
      .times(-1)
      .plus(config.target / n)
      .times(weight);
    thresholds.back(p, theta, off, { ...mode, sink: sinks.thresholds });
    return fired;
  };
}
