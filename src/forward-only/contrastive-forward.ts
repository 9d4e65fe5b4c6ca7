// Contrastive Forward-Forward (SCFF), without labels: each hidden layer tells a sample beside itself (positive) from a
// sample beside another one of the batch (negative), by its goodness. No layer waits for another one.
//
//   y+ = f((x_k + x_k) W + b);   y- = f((x_k + x_j) W + b);   G = mean of y^2
//   L = log(1 + e^(theta+ - G+)) + log(1 + e^(G- - theta-)) + lambda G+
//
// Both halves are seen through the same weights, so their sum enters the layer. What goes on is y+, and what enters a
// layer has mean 0 and variance 1. A linear read-out of all layers learns the task: each adds its part to what those in
// front of it tell, and learns by the loss of the sum, the output layer for the last of them. (The paper's learns when
// the layers have learnt, and all of it at once; then their activations must be kept.)
//
// Source: Chen, Liu, Laydevant, Grollier: Self-contrastive Forward-Forward algorithm. Nature Communications 16 (2025),
// arXiv 2409.11593.

import type { Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Gather, Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i32_arange } from '../../runtime/simd/kernels/i32-arange.ts';
import { i32_draw_class } from '../../runtime/simd/kernels/i32-draw-class.ts';
import type { Layer, Mode, Saved } from '../layers/layer.ts';
import type { Part } from '../layers/network.ts';
import { layerNormalize } from '../layers/normalize.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { finite, oneOf, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { accumulate, type Sink } from '../quantization/sink.ts';
import { goodnessOf, throughGoodness } from './parts/goodness.ts';
import { head } from './parts/head.ts';
import { taught, type Taught } from './parts/taught.ts';
import { ALL_TASKS, expectStill, LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface ContrastiveForwardOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** theta+, which the goodness of a positive is to be above; default 16. */
  readonly above?: number;
  /** theta-, which the goodness of a negative is to be below; default 8. */
  readonly below?: number;
  /** lambda: how much goodness costs; default 0.001. */
  readonly cost?: number;
  /** What is read out: all hidden layers (default), or the last one. */
  readonly predictBy?: 'all' | 'last';
}

type Config = Required<Omit<ContrastiveForwardOptions, 'optimizer'>>;

export function contrastiveForward(options: ContrastiveForwardOptions = {}): Rule {
  const { optimizer, ...config } = readOptions('contrastiveForward', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    above: [finite(0), 16],
    below: [finite(0), 8],
    cost: [finite(0), 0.001],
    predictBy: [oneOf(['all', 'last']), 'all'],
  });
  return makeRule({
    name: 'contrastiveForward',
    title: 'Contrastive Forward',
    about: 'Each layer tells a sample beside itself from two samples, without labels; what they find is read out.',
    paper: 'Chen, Liu, Laydevant, Grollier: Self-contrastive Forward-Forward algorithm. Nature Communications 16, 2025',
    config,
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      const { input, task } = context;
      expectStill('contrastiveForward', input);
      expectWhole(context);
      const layers = taught('contrastiveForward', network, context, config);
      p.phase('train', () => {
        const to = { training: true, sink: context.sink() };
        const outcome = task.outcome(p, null);
        const pairs = drawnPairs(p, context);
        walk(p, layers, to, {
          passed: (unit, positive) => contrast(p, layers, unit, { positive, pairs, ...to }),
          told(reader, saved, sum, isLast) {
            const delta = isLast ? outcome.score(p, sum) : task.loss(p, sum, reader.name).delta;
            reader.back(p, saved, delta, to);
          },
        });
      });
      return { predict: (program) => walk(program, layers, { training: false }) };
    },
  });
}

type Layers = Taught<Config>;

/** Where there is something to learn. */
interface Lessons {
  /** A hidden unit gave its output. */
  passed(unit: Part, saved: ChainSaved): void;
  /** A layer of the read-out added its part to the sum. */
  told(reader: Layer, saved: Saved, sum: Tensor, isLast: boolean): void;
}

/** The samples pass through all layers; gives what these tell together. */
function walk(p: Program, layers: Layers, mode: Mode, lessons?: Lessons): Tensor {
  const { network, context, config, hidden, top } = layers;
  let sum: Tensor | null = null;
  const tell = (reader: Layer, saved: Saved, isLast: boolean): Tensor => {
    sum = sum === null ? saved.output : p.compute(`${reader.name}/sum`, sum.plus(saved.output));
    lessons?.told(reader, saved, sum, isLast);
    return sum;
  };
  const x = p.unit(hidden[0].name, () => twice(p, normalized(p, layers, hidden[0], 'seen', context.input.at(p))));
  return network.walk(p, x, mode, (part, saved) => {
    if (!part.learns) return true;
    if (part.last) {
      const answer = tell(part, saved, true);
      return lessons === undefined && answer;
    }
    lessons?.passed(part, saved);
    const y = normalized(p, layers, part, 'told', saved.output);
    if (part === top) return y;
    if (config.predictBy === 'all') {
      const R = head(context, part.name, 'readout', y);
      tell(R, R.forward(p, y, mode), false);
    }
    return twice(p, y);
  });
}

/** At mean 0 and variance 1: what enters `unit`, or leaves it. */
const normalized = (p: Program, { context }: Layers, unit: Part, name: 'seen' | 'told', x: Tensor): Tensor =>
  context.own(unit.name, layerNormalize(), { name, like: x }).forward(p, x, { training: false }).output;

/** A sample beside itself: both halves have the same weights. */
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

interface Contrasted {
  readonly positive: ChainSaved;
  readonly pairs: Pairs;
  readonly sink: Sink;
}

/** A unit learns from two passes, of which it made the first one. */
function contrast(p: Program, { context, config }: Layers, unit: Part, { positive, pairs, sink }: Contrasted): void {
  const to = { training: true, sink: accumulate(p, sink) };
  const mixed = positive.input.plus(new Gather(positive.input, pairs.other)).over(2);
  const negative = unit.forward(p, p.compute(`${unit.name}/mixed`, mixed), to);
  const { above, below, cost } = config;
  const sure = (y: Tensor, threshold: number): Expression =>
    goodnessOf(p, unit.name, y, 'mean').minus(threshold).map('sigmoid');
  const slopes = [sure(positive.output, above).minus(1).plus(cost), sure(negative.output, below)];
  for (const [at, saved] of [positive, negative].entries()) {
    const dy = throughGoodness(saved.output, slopes[at], 'mean').times(pairs.weight).over(new Scalar(context.samples));
    unit.back(p, saved, dy, to);
  }
  to.sink.spend(p);
}
