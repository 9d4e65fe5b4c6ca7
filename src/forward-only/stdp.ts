// STDP, spike-timing-dependent plasticity, with homeostasis: neurons compete for samples, and what fires learns what
// fired before it. No label is needed for that; labels say afterwards what each neuron stands for.
//
//   u_t = decay u_(t-1) + gain x_t W - theta - inhibition (spikes of the others in t - 1)         a `lif` layer
//   s_t = 1 for the neuron with the highest u_t, if that is above the threshold; x'_t = max(trace x'_(t-1), x_t)
//   W <- update(W, sum_t (1/2 - x'_t)^T s_t);   theta <- theta + rate sum_t (s_t - target / n)
//   V <- update(V, (sum_t s_t)^T (1/2 - y*));   answer: log of (sum_t s_t) V
//
// over the samples of a batch, without slopes. In the last step the neuron with the highest u fires, whatever the
// threshold, so every sample has an answer; without time a sample is one step, the last. Of a convolution the channels
// of a position compete. The update has soft bounds (parts/soft-bounds.ts): w goes to the share of a neuron's spikes
// that its input was active for, V to the share of its spikes that fell on samples of a class, so neurons vote by
// shares. gain = 10 / inputs. V are the weights of the last layer; no bias learns.
//
// By `reward()` there is a third factor beside what came in and what fired: what was done, a, was worth r, and e is
// what a neuron's spikes are usually worth. With n the spikes of all steps:
//
//   W <- update(W, sum_t (1/2 - x'_t)^T s_t (drift + r - e));   e <- e + 0.1 sum_t s_t (r - e)
//   V_a <- V_a + 0.1 n^T (r - q_a) / |n|;   answer: q = n V / |n|, what each action is expected to be worth
//
// Drift 1 is STDP that learns more from what is worth more than usual; with 0 nothing is learned of what is worth the
// usual. A reward is known when its step begins, so the trace of what is eligible, the sum over t, is not kept for each
// weight; and e is the neuron's own, so no layer waits for another.
//
// Sources: Diehl, Cook: Unsupervised learning of digit recognition using spike-timing-dependent plasticity. Frontiers
// in Computational Neuroscience 9 (2015). There one class is assigned to each neuron, inhibition comes from neurons of
// its own, conductances have time constants, and weights are normalised; learning is by single samples, each shown
// until five spikes came. Here theta falls where a neuron is silent.
// Izhikevich: Solving the distal reward problem through linkage of STDP and dopamine signaling. Cerebral Cortex 17
// (2007). Frémaux, Gerstner: Neuromodulated spike-timing-dependent plasticity, and theory of three-factor learning
// rules. Frontiers in Neural Circuits 9 (2016): the reward less what was expected, and a drift without it. Mozafari,
// Kheradpisheh, Masquelier, Nowzari-Dalini, Ganjtabesh: First-spike-based visual categorization using reward-modulated
// STDP. IEEE TNNLS 29 (2018). There neurons stand for classes from the start, and the reward is 1 or -1.

import { constant, fixed, product, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { PerSample, Scalar } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import { dense } from '../layers/dense.ts';
import type { Layer } from '../layers/layer.ts';
import type { LifSaved } from '../layers/lif.ts';
import { maxPool } from '../layers/max-pool.ts';
import type { Part } from '../layers/network.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { asEvents } from '../layers/parts/event-kernels.ts';
import { finite, positive, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import { accumulate, type Accumulator, type Sink } from '../quantization/sink.ts';
import { softBounds } from './parts/soft-bounds.ts';
import { taught, type Taught } from './parts/taught.ts';
import { LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface StdpOptions {
  /** Default: soft bounds, at 0.01. */
  readonly optimizer?: Optimizer;
  /** What is left of a trace after a step, from 0 to below 1; default 0.8. */
  readonly trace?: number;
  /** By how much a spike lowers the potentials of the other neurons; default 0.5. */
  readonly inhibition?: number;
  /** Spikes that a layer is to make in a step; default 0.25. */
  readonly target?: number;
  /** How fast thresholds adapt; default 0.002. */
  readonly homeostasis?: number;
  /** By `reward()`: how much is learned of a spike that is worth the usual; default 1. */
  readonly drift?: number;
}

type Config = Required<Omit<StdpOptions, 'optimizer'>>;

/** Of the votes: the share of what was known before that a spike replaces is half of it. */
const VOTES_RATE = 0.02;
/** The share by which a spike moves what is expected of it toward the reward that came. */
const REWARDS_RATE = 0.1;
/** What all inputs together come to, where all are active and all weights are 1. */
const GAIN = 10;
/** First weights reach to about twice this. */
const FIRST = 0.15;
/** In spikes: what a class without a vote has. */
const LEAST = 0.01;

export function stdp(options: StdpOptions = {}): Rule {
  const { optimizer, ...config } = readOptions('stdp', options, RuleError, {
    optimizer: [anOptimizer, softBounds(0.01)],
    trace: [finite(0, 1), 0.8],
    inhibition: [finite(0), 0.5],
    target: [positive, 0.25],
    homeostasis: [finite(0), 0.002],
    drift: [finite(0), 1],
  });
  return makeRule({
    name: 'stdp',
    title: 'STDP',
    about: 'Neurons compete for samples, and what fires learns what fired before it; labels only name them.',
    paper:
      'Diehl, Cook: Unsupervised learning of digit recognition using spike-timing-dependent plasticity. ' +
      'Frontiers in Computational Neuroscience 9, 2015',
    config,
    optimizers: {
      optimizer,
      votes: softBounds(VOTES_RATE),
      thresholds: sgd(config.homeostasis),
      rewards: sgd(REWARDS_RATE),
    },
    learns: ['classification', 'reward'],
    locality: LOCAL,
    record(p, network, context) {
      const layers = taught('stdp', network, context, config);
      expectCompeting(layers);
      const isRewarded = context.task.kind === 'reward';
      const answer = isRewarded ? meanOf : logOf;
      p.phase('prepare', () => layers.hidden.forEach((unit) => p.unit(unit.name, () => makePositive(p, unit))));
      p.phase('train', () => {
        const { task, weight, samples } = context;
        const outcome = task.outcome(p, null);
        const sinks = {
          weights: summed(p, context),
          thresholds: summed(p, context, 'thresholds'),
          rewards: isRewarded
            ? { reward: p.rowSum('reward', task.encode()), sink: summed(p, context, 'rewards') }
            : null,
        };
        const [votes, saved] = vote(p, layers, sinks);
        sinks.weights.spend(p);
        sinks.thresholds.spend(p);
        sinks.rewards?.sink.spend(p);
        p.unit(votes.name, () => {
          const beyond = outcome.score(p, answer(p, saved));
          const delta = isRewarded
            ? beyond.times(new Scalar(samples)).over(p.rowSum('spikes', saved.input))
            : task.encode().times(-1).plus(0.5).times(weight);
          const sink = withoutBias(context.sink(isRewarded ? 'rewards' : 'votes'));
          votes.back(p, saved, delta, { training: true, sink });
        });
      });
      return { predict: (program) => answer(program, vote(program, layers, null)[1]) };
    },
  });
}

type Layers = Taught<Config>;

/** Where weights and thresholds learn; null to learn nothing. */
interface Sinks {
  readonly weights: Sink;
  readonly thresholds: Sink;
  /** What was done was worth this, and where learns what that is usually; null where it is not told. */
  readonly rewards: { readonly reward: PerSample; readonly sink: Sink } | null;
}

/** @throws RuleError naming a layer that cannot compete. */
function expectCompeting({ network: { spec, units }, hidden }: Layers): void {
  const isCompeting = ({ layers }: Part): boolean =>
    /^(dense|conv2d|depthwiseConv2d)(,lif)?$/.test(layers.map(({ type }) => type).join());
  const [votes] = units.slice(-1);
  const odd =
    hidden.find((unit) => !isCompeting(unit))?.name ??
    (votes.layers.length > 1 ? votes.layers[1].name : spec.layers.find((layer) => layer.spec.endsTime)?.name);
  if (odd === undefined) return;
  const wanted = 'wanted dense() and convolutions, each with lif() or without, then dense()';
  throw new RuleError(`stdp knows no competition in '${odd}': ${wanted}`);
}

/**
 * Weights are shares, from 0 to 1.
 * @throws RuleError for a storage that cannot be changed in place.
 */
function makePositive(p: Program, { weights: [weight] }: Part): void {
  const { name, rows, storage } = weight;
  if (weight.change === undefined) {
    throw new RuleError(
      `stdp makes '${name}' positive, where ${storage} rounds: wanted a storage that does not, as f32`,
    );
  }
  weight.change(p, ({ values }) => values.map('abs').times(FIRST * Math.sqrt(rows)));
}

/** Over the time steps, where there is time. */
function summed(p: Program, { input, sink }: RuleContext, optimizer?: string): Accumulator {
  const into = sink(optimizer);
  return input.steps === null ? { learn: (q, site) => into.learn(q, site), spend() {} } : accumulate(p, into);
}

const withoutBias = (sink: Sink): Sink => ({ learn: (p, site) => sink.learn(p, { ...site, bias: null }) });

const logOf = (p: Program, { output }: ChainSaved): Tensor =>
  p.compute('logOfVotes', output.max(0).plus(LEAST).map('log'), { unit: null });

/** Over the spikes. */
const meanOf = (p: Program, { input, output }: ChainSaved): Tensor =>
  p.compute('meanOfVotes', output.over(p.rowSum('spikesInAll', input)), { unit: null });

/** Shows the samples, and asks the last unit what the spikes of all steps stand for. */
function vote(p: Program, { network, context, config }: Layers, sinks: Sinks | null): readonly [Part, ChainSaved] {
  const { parts, units } = network;
  const { input } = context;
  const [votes] = units.slice(-1);
  const training = sinks !== null;
  const steps = parts.slice(0, parts.indexOf(votes)).map((part) => {
    const step = p.unit(part.name, () => {
      if (part.learns) return competing(p, part, context, config, sinks);
      part.begin?.(p, 'forward');
      return (x: Tensor, at?: Moment): Tensor => part.forward(p, x, { training, at }).output;
    });
    return (x: Tensor, at?: Moment): Tensor => p.unit(part.name, () => step(x, at));
  });
  const show = (at?: Moment): Tensor => steps.reduce((x, step) => step(x, at), input.at(p, at));
  const spikes = input.steps === null ? show() : counted(p, input.steps, show);
  return [votes, p.unit(votes.name, () => votes.forward(p, spikes, { training }))];
}

/** The spikes of all steps. */
function counted(p: Program, steps: Dim, show: (at: Moment) => Tensor): Tensor {
  const here = p.place();
  const counts: Tensor[] = [];
  p.time(steps, 'forward', (at) => {
    const spikes = show(at);
    const total = p.tensor({ name: 'counts', role: 'state', shape: spikes.shape, unit: null });
    here(() => p.zero(total));
    p.write(total, total.plus(spikes));
    counts.push(total);
  });
  return counts[0];
}

/** Puts a unit to rest; gives what makes a step of it, from the spikes it is shown to those it fires. */
function competing(p: Program, { name, layers }: Part, context: RuleContext, config: Config, sinks: Sinks | null) {
  const [weighing, neurons] = layers as readonly [Layer, Layer<LifSaved>?];
  const [{ rows: inputs }] = weighing.weights;
  const here = p.place();
  neurons?.begin?.(p, 'forward');
  /** Lasts from step to step, and is at rest before the first. */
  const state = (what: string, { shape }: Tensor): Tensor => {
    const tensor = p.tensor({ name: `${name}/${what}`, role: 'state', shape, ...asEvents });
    here(() => p.zero(tensor));
    return tensor;
  };
  return (given: Tensor, at?: Moment): Tensor => {
    const mode = { training: sinks !== null, at };
    const to = { ...mode, straightThrough: true };
    const x = p.materialize(`${name}/input`, given);
    const { events } = x.buffer;
    const sums = weighing.forward(p, p.compute(`${name}/shown`, x.times(GAIN / inputs), { events }), mode);
    const { shape } = sums.output;
    const fired = state('fired', sums.output);
    const places = seenAsPlaces(fired);
    const [count, n] = [places.batch, fixed(places.features, `the neurons of '${name}'`)];
    const one = p.tensor({ name: `${name}/one`, role: 'activation', shape: [count, constant(1)] });
    here(() => p.write(one, 1));
    /** Numbers that each neuron has of its own, 0 at first, and how they learn. */
    const ofNeurons = (what: string) => {
      const layer = context.own(name, dense(n, { bias: false, initializer: 'zeros' }), { name: what, like: [1] });
      const saved = layer.forward(p, one, mode);
      const learn = (gradient: Expression, sink: Sink): void => {
        const seen = seenAsPlaces(p.compute(`${name}/${what}/gradient`, gradient));
        layer.back(p, saved, seen, { ...to, sink });
      };
      return { values: saved.output.reshape(shape), learn };
    };
    const thresholds = ofNeurons('thresholds');

    const inhibited = p.rowSum(`${name}/spikes`, places.times(1)).minus(places).times(config.inhibition);
    const driven = seenAsPlaces(sums.output).minus(seenAsPlaces(thresholds.values)).minus(inhibited);
    const drive = p.compute(`${name}/drive`, driven).reshape(shape);
    const { output = null, potential } = neurons?.forward(p, drive, mode) ?? { potential: drive };
    const highest = highestOf(p, name, context, seenAsPlaces(potential));
    const isHighest = highest.greater(seenAsPlaces(potential)).times(-1).plus(1);
    p.write(
      places,
      at === undefined || output === null ? isHighest : isHighest.times(seenAsPlaces(output).max(isLast(at))),
    );
    if (sinks === null) return fired;

    const trace = state('trace', x);
    p.write(trace, trace.times(config.trace).max(x));
    const off = p.compute(`${name}/off`, trace.times(-1).plus(0.5));
    const spikes = fired.times(context.weight);
    let learned: Expression = spikes;
    if (sinks.rewards !== null) {
      const { reward, sink } = sinks.rewards;
      const expected = ofNeurons('expected');
      const missing = expected.values.minus(reward);
      learned = spikes.times(missing.times(-1).plus(config.drift));
      expected.learn(spikes.times(missing), sink);
    }
    weighing.back(p, { ...sums, input: off }, learned, { ...to, sink: withoutBias(sinks.weights) });
    const excess = fired.times(-1).plus(config.target / n);
    thresholds.learn(excess.times(context.weight), sinks.thresholds);
    return fired;
  };
}

/** 1 in the last step, else 0. */
const isLast = ({ turn, steps }: Moment): Expression => new Scalar(turn).greater(new Scalar(steps).minus(1.5));

/** [batch, ...axes, channels] as rows of channels: those of a place compete. */
const seenAsPlaces = (x: Tensor): Tensor => x.reshape([product(x.shape.slice(0, -1)), x.shape[x.shape.length - 1]]);

function highestOf(p: Program, unit: string, { own }: RuleContext, potential: Tensor): PerSample {
  const n = fixed(potential.features, `the neurons of '${unit}'`);
  const most = own(unit, maxPool([n, 1]), { name: 'highest', like: [n, 1, 1] });
  const image = potential.reshape([potential.batch, n, 1, 1]);
  return new PerSample(most.forward(p, image, { training: false }).output.buffer);
}
