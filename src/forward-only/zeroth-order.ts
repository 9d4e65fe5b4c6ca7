// Zeroth order: the loss at two points along a random direction says how far to go along it. Two forward passes and no
// backward one, in the memory of predicting: the weights are moved in place, and the direction z is never stored, since
// it is f(seed, weight, step) and drawn again wherever it is wanted.
//
//   W <- W + c_k z;  L+ = loss(W);   W <- W - 2c_k z;  L- = loss(W);   W <- W + c_k z;   c_k = epsilon / k^gamma
//   slope = (L+ - L-) / 2c_k;   v <- beta v + (1 - beta) slope^2;   s <- max(s, sqrt(v / (1 - beta^k)))
//   W <- update(W, slope / s z)
//
// in step k, from 1 on, with z of signs (SPSA, whose estimate divides by z: for signs the same) or of N(0, 1) (MeZO);
// with a `share` below 1 other weights in each step have z = 0. Both passes draw the same masks and spikes. Where
// weights are stored in steps, as int8, z moves each by one step, in integers, and a slope has no unit but s. A run is
// a list of rows (step, learningRate, slope), from which `replay` makes the same weights bit for bit, without data.
//
// s is ours. The slope grows with the loss and with the number of weights, and no rate holds for a wide table and a
// small one; over the largest root of its mean square so far, the rate is how far a weight goes in a first step. It is
// what Adam with AMSGrad divides by: for signs its second moment is the same for every weight, one number.
// `normalize: false` has the slope as it is.
//
// With `last` (ElasticZO) the last layers learn by backpropagation from the second pass, and only those below move.
//
// Sources: Spall: IEEE Trans. Automatic Control 37 (1992); its gains: Johns Hopkins APL Technical Digest 19 (1998).
// Malladi et al.: NeurIPS 2023, arXiv 2305.17333. Sugiura, Matsutani: ElasticZO, arXiv 2501.04287 (2025).

import { view } from '../../runtime/program/buffer.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { chain, type ChainSaved } from '../layers/parts/chain.ts';
import { boolean, finite, integer, oneOf, positive, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import type { Sink } from '../quantization/sink.ts';
import { perturbation } from './parts/perturbation.ts';
import { splitParts } from './parts/segments.ts';
import { ALL_TASKS, LOCAL, LOCKED, makeRule, RuleError, type Rule } from './rule.ts';

export interface ZerothOrderOptions {
  /** Default `sgd(0.01, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** How far floats are moved to both sides in the first step; default 0.001. What is stored in steps moves by one. */
  readonly epsilon?: number;
  /** The gamma by which that falls; default 0, of steps too. Spall advises 0.101, and `powerDecay()` for the rate. */
  readonly epsilonDecay?: number;
  /** Of the direction; default `signs`. */
  readonly draws?: 'signs' | 'normal';
  /** The share of the weights that moves in a step; default 1. */
  readonly share?: number;
  /** Whether slopes count in units of the largest root of their mean square so far; default true, of steps too. */
  readonly normalize?: boolean;
  /** So many layers at the end learn by backpropagation; default 0. */
  readonly last?: number;
  /** Of these; default `adam(0.003, { schedule: 'linear' })`. */
  readonly lastOptimizer?: Optimizer;
}

/** Of the mean square: some hundred steps. */
const BETA = 0.99;
/** In place of the root of no slope at all. */
const LEAST = 1e-20;

export function zerothOrder(options: ZerothOrderOptions = {}): Rule {
  const { optimizer, lastOptimizer, ...config } = readOptions('zerothOrder', options, RuleError, {
    optimizer: [anOptimizer, sgd(0.01, { schedule: 'linear' })],
    epsilon: [positive, 1e-3],
    epsilonDecay: [finite(0), 0],
    draws: [oneOf(['signs', 'normal']), 'signs'],
    share: [(share: number) => (share > 0 && share <= 1) || 'a number above 0 and at most 1', 1],
    normalize: [boolean, true],
    last: [integer(0), 0],
    lastOptimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
  });
  const { epsilon, epsilonDecay, draws, share, normalize, last } = config;
  return makeRule({
    name: 'zerothOrder',
    title: 'Zeroth order',
    about: 'Two forward passes along a random direction say how far to go along it.',
    paper:
      'Malladi, Gao, Nichani, Damian, Lee, Chen, Arora: Fine-tuning language models with just forward passes. ' +
      'NeurIPS, 2023',
    config,
    optimizers: { optimizer, ...(last > 0 && { lastOptimizer }) },
    learns: ALL_TASKS,
    locality: last > 1 ? LOCKED : { ...LOCAL, updateLocked: true },
    record(p, network, { input, task, batch, samples, sink }) {
      if (samples !== batch) {
        const why = 'it moves the weights for the loss of a whole step';
        throw new RuleError(`zerothOrder learns from all samples of a step at once, wanted no microBatch: ${why}`);
      }
      const [below, above] = splitParts('zerothOrder', network, last);
      const timed = above.find((part) => part.timed && input.steps !== null);
      if (timed !== undefined) {
        throw new RuleError(
          `zerothOrder: last is ${last}, but '${timed.name}' runs at every step, wanted layers behind`,
        );
      }
      const distance = falling(p, epsilon, epsilonDecay);
      const { move, learn } = perturbation(p, below, {
        draws,
        share,
        inUnits: !normalize || epsilonDecay > 0,
        distance: distance.now,
      });

      const end = network.parts[network.parts.length - 1];
      /** The last layers learn from this pass if there is a sink. */
      const measure = (into?: Sink): Scalar => {
        const outcome = task.outcome(p, end.timed ? input.steps : null);
        const inner: ChainSaved[] = [];
        let delta: Expression | null = null;
        const x = network.walk(p, input, { training: true }, (part, saved, { at }) => {
          if (above.includes(part)) inner.push(saved);
          if (part === end) delta = outcome.score(p, saved.output, at);
        });
        if (into !== undefined && delta !== null) {
          const to = { training: true, sink: into, kernels: gradientKernels };
          chain('above', above).back(p, { input: x, output: x, inner }, delta, to);
        }
        return outcome.loss;
      };

      const told = p.port({ name: 'train/slope', way: 'out', role: 'activation', shape: [1, 1] });
      const slope = new Tensor(told);
      const inItsUnits = normalize ? largestSoFar(p) : null;
      p.phase('train', () => {
        const losses = p.tensor({ name: 'above', role: 'scratch', shape: [1, 1], unit: null });
        distance.advance();
        move(1);
        p.write(losses, measure());
        move(-2);
        const loss = measure(last > 0 ? sink('lastOptimizer') : undefined);
        move(1);
        p.write(slope, losses.minus(loss).over(2).over(distance.now()));
        inItsUnits?.(slope);
        learn(sink(), new Scalar(view(told)));
      });
      const tells = { slope: told };
      // the last layers learn from data
      if (last > 0) return { tells };
      const given = p.port({ name: 'slope', way: 'in', role: 'input', shape: [1, 1] });
      p.phase('replay', () => {
        distance.advance();
        for (const times of [1, -2, 1]) move(times);
        learn(sink(), new Scalar(view(given)));
      });
      return { tells, actions: { replay: { run: 'replay', takes: ['step', 'learningRate', 'slope'] } } };
    },
  });
}

/** A number of the rule's own that lasts. */
const kept = (p: Program, name: string): Tensor =>
  p.tensor({ name: `zerothOrder/${name}`, role: 'state', life: 'persistent', shape: [1, 1], unit: null });

/** epsilon / k^gamma in step k, which `advance` counts. */
function falling(p: Program, epsilon: number, gamma: number): { now(): Expression | number; advance(): void } {
  if (gamma === 0) return { now: () => epsilon, advance() {} };
  const [step, factor] = [kept(p, 'step'), kept(p, 'distance')];
  return {
    now: () => new Scalar(factor.at(0)).times(epsilon),
    advance() {
      p.write(step, step.plus(1));
      p.write(factor, step.map('log').times(-gamma).map('exp'));
    },
  };
}

/** What puts a slope in units of the largest root of the mean square so far. */
function largestSoFar(p: Program): (slope: Tensor) => void {
  const [square, mass, largest] = [kept(p, 'meanSquare'), kept(p, 'mass'), kept(p, 'largest')];
  const follow = (mean: Tensor, value: Expression | number): void =>
    p.write(mean, mean.plus(mean.minus(value).times(BETA - 1)));
  return (slope) => {
    follow(square, slope.map('square'));
    follow(mass, 1);
    p.write(largest, largest.max(square.over(mass).map('sqrt')));
    p.write(slope, slope.over(largest.max(LEAST)));
  };
}
