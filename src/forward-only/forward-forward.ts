// Forward-Forward: each hidden layer tells samples that carry their own label (positive) from the same ones with a
// wrong label (negative), by its goodness. No layer waits for another one.
//
//   y = f(x W + b);   G = sum of y_j^2, or their mean;   theta = t n, or t, over the n units
//   threshold   p = sigmoid(G - theta);   L = -log p (positive), -log(1 - p) (negative)
//   symba       L = log(1 + e^(alpha (G_negative - G_positive)))
//   dL/dy = 2 y dL/dG + lambda (m - mean m) (positive);   m <- m + 0.1 (mean over the batch of y - m)
//
// m, a unit's mean activity, is as the step before left it; by it units that were silent come back (peer
// normalisation), as relu passes a delta on where it was silent too (straight through). The label is one-hot, less what
// labels have in common, 1 / n each, so that a sample without one is the mean of those with one (the paper gives such
// a sample 0.1 of each); it is added to the first features (of MNIST they are 0). What enters a layer has a mean square
// of 1, so that none sees the goodness of the one in front of it. The answer is linear in what the last hidden layer,
// or all but the first, make of a sample without a label, or it is the label with the largest goodness. Read from the
// last alone no activation outlives its layer.
//
// Hard negatives are the labels that this read-out takes for likely, which a layer must wait for.
//
// Sources: Hinton: The forward-forward algorithm. arXiv 2212.13345 (2022), and its code for the peers. SymBa: Lee,
// Song, arXiv 2303.08418 (2023).

import { along, type Buffer } from '../../runtime/program/buffer.ts';
import { capacity, constant, fixed } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { OneHot, Scalar, type PerSample } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i32_draw_class_weighted } from '../../runtime/simd/kernels/i32-draw-class-weighted.ts';
import { dense } from '../layers/dense.ts';
import type { Layer, Mode, Saved } from '../layers/layer.ts';
import type { Part, Visit } from '../layers/network.ts';
import { rmsNormalize } from '../layers/normalize.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { boolean, finite, keyOf, oneOf, optional, positive, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import { f32 } from '../quantization/f32.ts';
import { accumulate, type Sink } from '../quantization/sink.ts';
import { drawnClass } from './parts/drawn-class.ts';
import { goodnessOf, throughGoodness, unitsOf } from './parts/goodness.ts';
import { head } from './parts/head.ts';
import { softmax } from './parts/softmax.ts';
import { taught, walkTaught, type Taught } from './parts/taught.ts';
import { expectStill, LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

/** dL/dG of a positive and of a negative, theta or alpha given. */
const losses = {
  threshold: (positive, negative, { theta }) => [
    positive.minus(theta).map('sigmoid').minus(1),
    negative.minus(theta).map('sigmoid'),
  ],
  symba(positive, negative, { alpha }) {
    const doubt = negative.minus(positive).times(alpha).map('sigmoid').times(alpha);
    return [doubt.times(-1), doubt];
  },
} as const satisfies Record<
  string,
  (
    positive: PerSample,
    negative: PerSample,
    given: { readonly theta: number; readonly alpha: number },
  ) => readonly [Expression, Expression]
>;

/** Of the running mean. */
const PEERS_RATE = 0.1;

export interface ForwardForwardOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** Of the read-out; default: `optimizer`. */
  readonly readOutOptimizer?: Optimizer;
  /** Of the squares of a layer's outputs. Default `sum`. */
  readonly goodness?: 'sum' | 'mean';
  /** Default `threshold`. */
  readonly loss?: keyof typeof losses;
  /** t, a unit's share of theta; default 0.5. */
  readonly threshold?: number;
  /** Of `symba`; default 4. */
  readonly alpha?: number;
  /** Any wrong label (default), or those that the network takes for likely. */
  readonly negatives?: 'random' | 'hard';
  /** lambda: how strongly units are drawn to a common mean activity; default 0.03. */
  readonly peers?: number;
  /** Silent units learn too. Default true. */
  readonly straightThrough?: boolean;
  /** A read-out of the last hidden layer (default), or of all but the first; or the goodness of each label. */
  readonly predictBy?: 'last' | 'all' | 'goodness';
}

type Config = Required<Omit<ForwardForwardOptions, 'optimizer' | 'readOutOptimizer'>>;

export function forwardForward(options: ForwardForwardOptions = {}): Rule {
  const { optimizer, readOutOptimizer, ...config } = readOptions('forwardForward', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    readOutOptimizer: [optional(anOptimizer)],
    goodness: [oneOf(['sum', 'mean']), 'sum'],
    loss: [keyOf(losses), 'threshold'],
    threshold: [positive, 0.5],
    alpha: [positive, 4],
    negatives: [oneOf(['random', 'hard']), 'random'],
    peers: [finite(0), 0.03],
    straightThrough: [boolean, true],
    predictBy: [oneOf(['last', 'all', 'goodness']), 'last'],
  });
  return makeRule({
    name: 'forwardForward',
    title: 'Forward-Forward',
    about: 'Each layer tells samples with their own label from samples with a wrong one. Nothing flows back.',
    paper: 'Hinton: The forward-forward algorithm: some preliminary investigations. arXiv 2212.13345, 2022',
    config,
    optimizers: { optimizer, ...(readOutOptimizer && { readOutOptimizer }), peers: sgd(PEERS_RATE) },
    locality: config.negatives === 'hard' ? { ...LOCAL, updateLocked: true } : LOCAL,
    record(p, network, context) {
      expectStill('forwardForward', context.input);
      const layers = taught('forwardForward', network, context, config);
      p.phase('train', () => {
        const logits = teachReadOut(p, layers, context.sink(readOutOptimizer && 'readOutOptimizer'));
        contrast(p, layers, negativeLabels(p, layers, logits), context.sink());
      });
      const predict = (program: Program): Tensor =>
        config.predictBy === 'goodness' ? goodnessOfLabels(program, layers) : readOut(program, layers, ASKING).logits;
      return { predict };
    },
  });
}

const [TRAINING, ASKING]: readonly Mode[] = [{ training: true }, { training: false }];

type Layers = Taught<Config>;

function expectRoom(x: Tensor, { task }: RuleContext): void {
  const features = fixed(x.features, 'what the first layer sees');
  const most = capacity(task.outputs);
  if (features >= most) return;
  throw new RuleError(`forwardForward shows the label in the first features: there are ${features}, wanted ${most}`);
}

/** At a mean square of 1: what enters `unit`, or leaves it. */
const normalized = (p: Program, { context }: Layers, unit: Part, name: 'seen' | 'told', x: Tensor): Tensor =>
  context.own(unit.name, rmsNormalize(), { name, like: x }).forward(p, x, ASKING).output;

/** `given` with a label on its first features, or none: what the first layer that learns sees. */
const shown = (p: Program, layers: Layers, name: string, given: Tensor, label: Expression | null): Tensor => {
  const { context, hidden } = layers;
  return p.unit(hidden[0].name, () => {
    expectRoom(given, context);
    const x = p.compute(name, given);
    const { outputs } = context.task;
    const place = x.columns(0, outputs);
    if (label !== null) p.write(place, place.plus(label).minus(new Scalar(outputs).map('reciprocal')));
    return normalized(p, layers, hidden[0], 'seen', x);
  });
};

interface ReadOut {
  /** The last layer, and heads on other hidden layers where they are read too. */
  readonly heads: readonly (readonly [Layer, Saved])[];
  /** What they give together. */
  readonly logits: Tensor;
}

/** Reads samples without a label; in training no further than the last layer. */
function readOut(p: Program, layers: Layers, mode: Mode): ReadOut {
  const { context, config, hidden, top } = layers;
  const read: (readonly [Part, Tensor])[] = [];
  const heads: (readonly [Layer, Saved])[] = [];
  const logits: Tensor[] = [];
  const enter = (given: Tensor): Tensor => shown(p, layers, 'neutral', given, null);
  const visit: Visit = (part, saved) => {
    if (part.last) {
      const others = read.map(([{ name }, a]) => [head(context, part.name, `readout/${name}`, a), a] as const);
      heads.push([part, saved], ...others.map(([R, a]) => [R, R.forward(p, a, mode)] as const));
      const outputs = heads.map(([, { output: y }]): Expression => y);
      logits.push(
        p.materialize(
          'logits',
          outputs.reduce((sum, y) => sum.plus(y)),
        ),
      );
      return mode.training ? false : logits[0];
    }
    if (!part.learns) return true;
    const a = normalized(p, layers, part, 'told', saved.output);
    if (config.predictBy === 'all' && hidden.indexOf(part) > 0 && part !== top) read.push([part, a]);
    return a;
  };
  const output = walkTaught(p, layers, { mode, enter, visit });
  return { heads, logits: mode.training ? logits[0] : output };
}

/** Teaches the read-out by the task's loss; gives its logits. */
function teachReadOut(p: Program, layers: Layers, sink: Sink): Tensor {
  const outcome = layers.context.task.outcome(p, null);
  const { heads, logits } = readOut(p, layers, TRAINING);
  p.unit(layers.network.units[layers.hidden.length].name, () => {
    const delta = p.materialize('error', outcome.score(p, logits));
    for (const [layer, saved] of heads) layer.back(p, saved, delta, { ...TRAINING, sink });
  });
  return logits;
}

function negativeLabels(p: Program, { context: { task }, config }: Layers, logits: Tensor): Buffer {
  const { index: not, outputs: classes } = task;
  if (config.negatives === 'random') return drawnClass(p, 'negative/label', { not, classes });
  const weights = softmax(p, 'likely', logits);
  const out = p.buffer({ name: 'negative/label', role: 'label', element: 'i32', shape: not.shape });
  const draws = { ...p.draws('negative', p.step), sample: p.rows };
  p.call(i32_draw_class_weighted, { out, not, weights, n: not.shape[0], classes, ...draws });
  return out;
}

/** Teaches the hidden layers, each while its two passes are alive. */
function contrast(p: Program, layers: Layers, wrong: Buffer, sink: Sink): void {
  const { context, top } = layers;
  let negative: Tensor;
  const enter = (given: Tensor): Tensor => {
    negative = shown(p, layers, 'negative', given, new OneHot(wrong, context.task.outputs));
    return shown(p, layers, 'positive', given, context.task.encode());
  };
  const visit: Visit = (part, saved) => {
    const other = part.forward(p, negative, TRAINING);
    negative = other.output;
    if (!part.learns) return true;
    learn(p, layers, part, [saved, other], sink);
    if (part === top) return false;
    negative = normalized(p, layers, part, 'told', other.output);
    return normalized(p, layers, part, 'told', saved.output);
  };
  walkTaught(p, layers, { mode: TRAINING, enter, visit });
}

/** A unit learns from its two passes. */
function learn(p: Program, layers: Layers, unit: Part, passes: readonly ChainSaved[], sink: Sink): void {
  const { context, config } = layers;
  const { samples, weight } = context;
  const [positive, negative] = passes.map(({ output }) => goodnessOf(p, unit.name, output, config.goodness));
  const theta = config.goodness === 'sum' ? config.threshold * unitsOf(passes[0].output) : config.threshold;
  const slopes = losses[config.loss](positive, negative, { theta, alpha: config.alpha });
  const sum = accumulate(p, sink);
  const { straightThrough } = config;
  for (const [at, saved] of passes.entries()) {
    const { output: y } = saved;
    const dy = throughGoodness(y, slopes[at], config.goodness);
    const isPulled = at === 0 && config.peers > 0;
    const all = isPulled ? dy.plus(peers(p, layers, unit, y).times(config.peers)) : dy;
    unit.back(p, saved, all.times(weight).over(new Scalar(samples)), { ...TRAINING, sink: sum, straightThrough });
  }
  sum.spend(p);
}

/** m - mean m, in the shape of `y`, from which m learns. */
function peers(p: Program, { context }: Layers, unit: Part, y: Tensor): Expression {
  const { own, samples, weight, sink } = context;
  const n = unitsOf(y);
  const mean = dense(n, { bias: false, initializer: 'zeros', storage: f32 });
  const M = own(unit.name, mean, { name: 'peers', like: [1] });
  const one = p.tensor({ name: `${unit.name}/one`, role: 'activation', shape: [y.batch, constant(1)] });
  p.write(one, 1);
  const m = M.forward(p, one, TRAINING);
  const off = m.output.minus(y.reshape(m.output.shape)).times(weight).over(new Scalar(samples));
  M.back(p, m, off, { ...TRAINING, sink: sink('peers') });
  const activity = m.output.reshape(y.shape);
  return activity.minus(p.rowSum(`${unit.name}/peers/mean`, activity.over(n)));
}

/** What each label makes of the hidden layers but the first: [batch, outputs]. */
function goodnessOfLabels(p: Program, layers: Layers): Tensor {
  const { context, config, hidden, top } = layers;
  const { batch, task } = context;
  const answer = p.tensor({ name: 'goodness', role: 'state', shape: [batch, task.outputs] });
  const judges = hidden.length === 1 ? hidden : hidden.slice(1);
  p.loop(task.outputs, (index) => {
    const label = along(index, 1);
    const told: Expression[] = [];
    const enter = (given: Tensor): Tensor => shown(p, layers, 'shown', given, new OneHot(label, task.outputs, batch));
    const visit: Visit = (part, saved) => {
      if (!part.learns) return true;
      if (judges.includes(part)) told.push(goodnessOf(p, part.name, saved.output, config.goodness));
      return part !== top && normalized(p, layers, part, 'told', saved.output);
    };
    walkTaught(p, layers, { mode: ASKING, enter, visit });
    p.write(
      answer.columns(label, 1),
      told.reduce((sum, G) => sum.plus(G)),
    );
  });
  return answer;
}
