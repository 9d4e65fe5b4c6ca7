// Contrastive Forward-Forward (SCFF), without labels: each hidden layer tells two views of a sample (positive) from a
// view of it beside one of another sample of the batch (negative), by its goodness. No layer waits for another one.
//
//   x+ = a_k + b_k;   x- = a_k + b_j;   y = f(x W + b);   G = mean of y^2
//   L = log(1 + e^(theta+ - G+)) + log(1 + e^(G- - theta-)) + lambda G+
//
// Both halves of a pair are seen through the same weights, so their sum enters the first layer. What is random in front
// of it (moved images, dropout) is drawn for either view; without, a and b are the sample. What goes on to the next
// layer is y+ and y-, each at mean 0, with the variance that a pair of equals has. A linear read-out of all layers
// learns the task from samples beside themselves, as they are asked for: each adds its part to what those in front of
// it tell, and learns by the loss of the sum, the output layer for the last of them. (The paper's learns when the
// layers have learnt, and all of it at once; then their activations must be kept.)
//
// Source: Chen, Liu, Laydevant, Grollier: Self-contrastive Forward-Forward algorithm. Nature Communications 16 (2025),
// arXiv 2409.11593.

import { affine, type Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Gather, Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i32_arange } from '../../runtime/simd/kernels/i32-arange.ts';
import { i32_draw_class } from '../../runtime/simd/kernels/i32-draw-class.ts';
import type { Layer, Mode, Saved } from '../layers/layer.ts';
import type { Part, Visit } from '../layers/network.ts';
import { layerNormalize } from '../layers/normalize.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { finite, oneOf, optional, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { accumulate, type Sink } from '../quantization/sink.ts';
import { goodnessOf, throughGoodness } from './parts/goodness.ts';
import { head } from './parts/head.ts';
import { taught, walkTaught, type Taught } from './parts/taught.ts';
import { ALL_TASKS, expectStill, LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface ContrastiveForwardOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** Of the read-out; default: `optimizer`. */
  readonly readOutOptimizer?: Optimizer;
  /** theta+, which the goodness of a positive is to be above; default 16. */
  readonly above?: number;
  /** theta-, which the goodness of a negative is to be below; default 8. */
  readonly below?: number;
  /** lambda: how much goodness costs; default 0.001. */
  readonly cost?: number;
  /** What is read out: all hidden layers (default), or the last one. */
  readonly predictBy?: 'all' | 'last';
}

type Config = Required<Omit<ContrastiveForwardOptions, 'optimizer' | 'readOutOptimizer'>>;

export function contrastiveForward(options: ContrastiveForwardOptions = {}): Rule {
  const { optimizer, readOutOptimizer, ...config } = readOptions('contrastiveForward', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    readOutOptimizer: [optional(anOptimizer)],
    above: [finite(0), 16],
    below: [finite(0), 8],
    cost: [finite(0), 0.001],
    predictBy: [oneOf(['all', 'last']), 'all'],
  });
  return makeRule({
    name: 'contrastiveForward',
    title: 'Contrastive Forward',
    about:
      'Each layer tells two views of a sample from views of two samples, without labels; what they find is read out.',
    paper: 'Chen, Liu, Laydevant, Grollier: Self-contrastive Forward-Forward algorithm. Nature Communications 16, 2025',
    config,
    optimizers: { optimizer, ...(readOutOptimizer && { readOutOptimizer }) },
    learns: ALL_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      expectStill('contrastiveForward', context.input);
      expectWhole(context);
      const layers = taught('contrastiveForward', network, context, config);
      p.phase('train', () => {
        teachReadOut(p, layers, context.sink(readOutOptimizer && 'readOutOptimizer'));
        contrast(p, layers, context.sink());
      });
      return { predict: (program) => readOut(program, layers, ASKING) };
    },
  });
}

const [TRAINING, ASKING]: readonly Mode[] = [{ training: true }, { training: false }];
/** What is random in front of the first layer that learns is drawn once more. */
const AGAIN: Mode = { training: true, at: { turn: affine(1), steps: constant(2) } };

type Layers = Taught<Config>;

/** A layer of the read-out added its part to the sum. */
type Told = (reader: Layer, saved: Saved, sum: Tensor, isLast: boolean) => void;

/** What all layers tell together of samples beside themselves. */
function readOut(p: Program, layers: Layers, mode: Mode, told?: Told): Tensor {
  const { context, config, hidden, top } = layers;
  let sum: Tensor | null = null;
  const tell = (reader: Layer, saved: Saved, isLast: boolean): Tensor => {
    sum = sum === null ? saved.output : p.compute(`${reader.name}/sum`, sum.plus(saved.output));
    told?.(reader, saved, sum, isLast);
    return sum;
  };
  const enter = (given: Tensor): Tensor =>
    p.unit(hidden[0].name, () => twice(p, normalized(p, layers, hidden[0], 'seen', given)));
  const visit: Visit = (part, saved) => {
    if (!part.learns) return true;
    if (part.last) {
      const answer = tell(part, saved, true);
      return told === undefined && answer;
    }
    const y = normalized(p, layers, part, 'told', saved.output);
    if (part === top) return y;
    if (config.predictBy === 'all') {
      const R = head(context, part.name, 'readout', y);
      tell(R, R.forward(p, y, mode), false);
    }
    return twice(p, y);
  };
  return walkTaught(p, layers, { mode, enter, visit });
}

/** Of samples as they are asked for: each layer of the read-out learns by the loss of the sum so far. */
function teachReadOut(p: Program, layers: Layers, sink: Sink): void {
  const { task } = layers.context;
  const outcome = task.outcome(p, null);
  readOut(p, layers, ASKING, (reader, saved, sum, isLast) => {
    const delta = isLast ? outcome.score(p, sum) : task.loss(p, sum, reader.name).delta;
    reader.back(p, saved, delta, { ...TRAINING, sink });
  });
}

/** Teaches the hidden layers, each while its two passes are alive. */
function contrast(p: Program, layers: Layers, sink: Sink): void {
  const { context, hidden, top } = layers;
  const pairs = drawnPairs(p, context);
  let negative: Tensor;
  const enter = (given: Tensor): Tensor => {
    const again = secondView(p, layers);
    return p.unit(hidden[0].name, () => {
      const a = normalized(p, layers, hidden[0], 'seen', given);
      const b = again.buffer === given.buffer ? a : normalized(p, layers, hidden[0], 'seen', again);
      negative = p.compute('negative', a.plus(new Gather(b, pairs.other)));
      return p.compute('positive', a.plus(b));
    });
  };
  const visit: Visit = (part, saved) => {
    const other = part.forward(p, negative, TRAINING);
    negative = other.output;
    if (!part.learns) return true;
    learn(p, layers, part, { passes: [saved, other], weight: pairs.weight, sink });
    if (part === top) return false;
    negative = twice(p, normalized(p, layers, part, 'told', other.output));
    return twice(p, normalized(p, layers, part, 'told', saved.output));
  };
  walkTaught(p, layers, { mode: TRAINING, enter, visit });
}

/** What the layers in front of the first one that learns make of the samples when they draw again. */
function secondView(p: Program, { network: { parts }, context, hidden }: Layers): Tensor {
  const passages = parts.slice(0, parts.indexOf(hidden[0]));
  return passages.reduce((x, part) => p.unit(part.name, () => part.forward(p, x, AGAIN).output), context.input.at(p));
}

/** At mean 0 and variance 1: what enters `unit`, or leaves it. */
const normalized = (p: Program, { context }: Layers, unit: Part, name: 'seen' | 'told', x: Tensor): Tensor =>
  context.own(unit.name, layerNormalize(), { name, like: x }).forward(p, x, { training: false }).output;

/** Beside itself: both halves have the same weights. */
const twice = (p: Program, x: Tensor): Tensor => p.compute(`${x.buffer.name}/twice`, x.times(2));

/** @throws RuleError in micro-batches: a sample is to stand beside any other one of the step. */
function expectWhole({ batch, samples }: RuleContext): void {
  if (batch === samples) return;
  throw new RuleError('contrastiveForward sets samples of a step beside one another, wanted no microBatch');
}

interface Pairs {
  /** For each row another one of the batch, drawn anew in each step. */
  readonly other: Buffer;
  /** What each counts: the weights of both; a sample that is alone in its step has no pair. */
  readonly weight: Expression;
}

function drawnPairs(p: Program, { batch, samples, weight }: RuleContext): Pairs {
  const index = (name: string): Buffer => p.buffer({ name, role: 'scratch', element: 'i32', shape: [batch] });
  const [own, other] = [index('row'), index('other')];
  const draws = { ...p.draws('other', p.step), sample: p.rows };
  p.call(i32_arange, { out: own, n: batch });
  p.call(i32_draw_class, { out: other, not: own, n: batch, classes: batch, ...draws });
  const weightOf = new Gather(new Tensor(weight.values, [batch, constant(1)]), other);
  return { other, weight: p.rowSum('pair', weightOf.times(weight)).times(new Scalar(samples).greater(1)) };
}

interface Lesson {
  /** Of positives, and of negatives. */
  readonly passes: readonly [ChainSaved, ChainSaved];
  readonly weight: Expression;
  readonly sink: Sink;
}

/** A unit learns from its two passes. */
function learn(p: Program, { context, config }: Layers, unit: Part, { passes, weight, sink }: Lesson): void {
  const to = { ...TRAINING, sink: accumulate(p, sink) };
  const { above, below, cost } = config;
  const sure = ({ output }: ChainSaved, threshold: number): Expression =>
    goodnessOf(p, unit.name, output, 'mean').minus(threshold).map('sigmoid');
  const [positive, negative] = passes;
  const slopes = [sure(positive, above).minus(1).plus(cost), sure(negative, below)];
  for (const [at, saved] of passes.entries()) {
    const dy = throughGoodness(saved.output, slopes[at], 'mean').times(weight).over(new Scalar(context.samples));
    unit.back(p, saved, dy, to);
  }
  to.sink.spend(p);
}
