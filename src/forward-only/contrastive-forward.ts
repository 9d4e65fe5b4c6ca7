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
import type { Part } from '../layers/network.ts';
import { layerNormalize } from '../layers/normalize.ts';
import type { ChainSaved } from '../layers/parts/chain.ts';
import { expectFinite, expectOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { accumulate, type Sink } from '../quantization/sink.ts';
import { goodnessOf, throughGoodness } from './parts/goodness.ts';
import { head } from './parts/head.ts';
import {
  ALL_TASKS,
  always,
  defineRule,
  expectOneOf,
  expectStill,
  hiddenUnits,
  LOCAL,
  RuleError,
  type Rule,
  type RuleContext,
} from './rule.ts';

export interface ContrastiveForwardOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** theta+, which a positive is to be above; default 16. */
  readonly above?: number;
  /** theta-, which a negative is to be below; default 8. */
  readonly below?: number;
  /** lambda: how much goodness costs; default 0.001. */
  readonly cost?: number;
  /** What is read out: all hidden layers (default), or the last one. */
  readonly predictBy?: 'all' | 'last';
}

type Contrast = Required<Pick<ContrastiveForwardOptions, 'above' | 'below' | 'cost'>>;

export function contrastiveForward(options: ContrastiveForwardOptions = {}): Rule {
  expectOptions('contrastiveForward', options, ['optimizer', 'above', 'below', 'cost', 'predictBy'], RuleError);
  const { optimizer = adam(0.003, { schedule: 'linear' }) } = options;
  const { above = 16, below = 8, cost = 0.001, predictBy = 'all' } = options;
  expectFinite('contrastiveForward: above', above, [0], RuleError);
  expectFinite('contrastiveForward: below', below, [0], RuleError);
  expectFinite('contrastiveForward: cost', cost, [0], RuleError);
  expectOneOf('contrastiveForward', 'predictBy', predictBy, ['all', 'last']);
  const config = { above, below, cost };
  return defineRule({
    name: 'contrastiveForward',
    title: 'Contrastive Forward',
    about: 'Each layer tells a sample beside itself from two samples, without labels; the last one reads them out.',
    paper: 'Chen, Liu, Laydevant, Grollier: Self-contrastive Forward-Forward algorithm. Nature Communications 16, 2025',
    config: { ...config, predictBy },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      const { input, task } = context;
      expectStill('contrastiveForward', input);
      expectWhole(context);
      const hidden = hiddenUnits('contrastiveForward', network);
      const top = hidden[hidden.length - 1];
      /** What enters the layer behind: both halves, or what is read out. */
      const seen = (program: Program, name: string, x: Tensor, halves = 2): Tensor => {
        const normalize = context.own(name, layerNormalize(), { name: 'normalize', like: x });
        const { output } = normalize.forward(program, x, { training: false });
        return halves === 1 ? output : program.compute(`${name}/beside`, output.times(halves));
      };
      const first = (program: Program): Tensor =>
        program.unit(hidden[0].name, () => seen(program, `${hidden[0].name}/input`, input.at(program)));
      const next = (program: Program, part: Part, y: Tensor): Tensor =>
        seen(program, part.name, y, part === top ? 1 : 2);
      const reads = (part: Part): boolean => predictBy === 'all' && part !== top;

      p.phase('train', () => {
        const to = { training: true, sink: context.sink() };
        const outcome = task.outcome(p, null);
        const other = drawnRow(p, context);
        const readOut = summed(p);
        network.walk(p, first(p), to, (part, saved) => {
          if (!part.learns) return true;
          if (part.last) {
            part.back(p, saved, outcome.score(p, readOut(part, saved.output)), to);
            return false;
          }
          const mixed = saved.input.plus(new Gather(saved.input, other)).over(2);
          const negative = part.forward(p, p.compute(`${part.name}/mixed`, mixed), to);
          contrast(p, context, part, { positive: saved, negative, other, config, sink: to.sink });
          const y = next(p, part, saved.output);
          if (reads(part)) {
            const R = head(context, part.name, 'readout', y);
            const told = R.forward(p, y, to);
            R.back(p, told, task.loss(p, readOut(part, told.output), `${part.name}/readout`).delta, to);
          }
          return y;
        });
      });
      const predict = (program: Program): Tensor => {
        const mode = { training: false };
        const readOut = summed(program);
        return network.walk(program, first(program), mode, (part, saved) => {
          if (!part.learns) return true;
          if (part.last) return readOut(part, saved.output);
          const y = next(program, part, saved.output);
          if (reads(part)) readOut(part, head(context, part.name, 'readout', y).forward(program, y, mode).output);
          return y;
        });
      };
      return { stages: always('train'), predict };
    },
  });
}

/** Adds what a layer tells to what those in front of it told. */
function summed(p: Program): (part: Part, told: Tensor) => Tensor {
  let sum: Tensor | null = null;
  return ({ name }, told) => {
    sum = sum === null ? told : p.compute(`${name}/sum`, sum.plus(told));
    return sum;
  };
}

/** @throws RuleError in micro-batches: a sample is to stand beside any other one of the step. */
function expectWhole({ batch, samples }: RuleContext): void {
  if (batch === samples) return;
  throw new RuleError('contrastiveForward sets samples of a step beside one another, wanted no microBatch');
}

/** For each row another one of the batch, drawn anew in each step. */
function drawnRow(p: Program, { batch }: RuleContext): Buffer {
  const index = (name: string): Buffer => p.buffer({ name, role: 'scratch', element: 'i32', shape: [batch] });
  const [own, out] = [index('row'), index('other')];
  p.call(i32_arange, { out: own, n: batch });
  p.call(i32_draw_class, { out, not: own, sample: p.rows, n: batch, classes: batch, ...p.draws('other', p.step) });
  return out;
}

interface Contrasted {
  readonly positive: ChainSaved;
  readonly negative: ChainSaved;
  /** Whose sample is in the negative. */
  readonly other: Buffer;
  readonly config: Contrast;
  readonly sink: Sink;
}

/** A unit learns from its two passes; a pair counts by the weights of both samples, and alone in a step there is none. */
function contrast(p: Program, context: RuleContext, { name, back }: Part, contrasted: Contrasted): void {
  const { samples, weight } = context;
  const { positive, negative, other, config, sink } = contrasted;
  const weightOf = new Gather(new Tensor(weight.values, [samples, constant(1)]), other);
  const pair = p.rowSum(`${name}/pair`, weightOf.times(weight)).times(new Scalar(samples).greater(1));
  const G = (y: Tensor): Expression => goodnessOf(p, name, y, 'mean');
  const slopes = [
    G(positive.output).minus(config.above).map('sigmoid').minus(1).plus(config.cost),
    G(negative.output).minus(config.below).map('sigmoid'),
  ];
  const sum = accumulate(p, sink);
  for (const [at, saved] of [positive, negative].entries()) {
    const dy = throughGoodness(saved.output, slopes[at], 'mean').times(pair).over(new Scalar(samples));
    back(p, saved, dy, { training: true, sink: sum });
  }
  sum.spend(p);
}
