// Optimisers: a rule's choice of update with its numbers. The numbers live in a small vector in memory (`hyper`), so
// that a schedule can change them between steps; what an optimiser keeps per weight belongs to the storage of the
// weight.

import type { Update } from '../../runtime/simd/parts/update.ts';
import { update as adamUpdate } from '../../runtime/simd/updates/adam.ts';
import { update as adamwUpdate } from '../../runtime/simd/updates/adamw.ts';
import { update as momentumUpdate } from '../../runtime/simd/updates/momentum.ts';
import { update as nesterovUpdate } from '../../runtime/simd/updates/nesterov.ts';
import { update as sgdUpdate } from '../../runtime/simd/updates/sgd.ts';
import { update as signUpdate } from '../../runtime/simd/updates/sign.ts';
import { view, type Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Scalar, type Expression } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';

/** Thrown when an optimiser is given a number it cannot work with. */
export class OptimizerError extends Error {
  override name = 'OptimizerError';
}

export interface Optimizer {
  readonly update: Update;
  /** First values, by the names of `update.hyper`. */
  readonly hyper: Readonly<Record<string, number>>;
  /** How the learning rate changes over a `fit`: stays, or falls linearly to zero at its end. */
  readonly schedule: Schedule;
}

export type Schedule = 'constant' | 'linear';
export interface OptimizerOptions {
  readonly schedule?: Schedule;
}

/** An optimiser at work in a program. */
export interface RecordedOptimizer {
  readonly update: Update;
  readonly hyper: Buffer;
  /** Records what happens once a step, before any update. */
  advance(): void;
}

function optimizer(
  update: Update,
  hyper: Record<string, number>,
  { schedule = 'constant' }: OptimizerOptions,
): Optimizer {
  for (const [name, value] of Object.entries(hyper)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new OptimizerError(`${update.name}: ${name} must be a finite number >= 0, but is ${value}`);
  }
  return { update, hyper, schedule };
}

/**
 * Gradient descent; with `momentum` the heavy ball, with `nesterov` too its look-ahead form (as PyTorch formulates it).
 */
export function sgd(
  learningRate = 0.01,
  { momentum = 0, nesterov = false, ...options }: OptimizerOptions & { momentum?: number; nesterov?: boolean } = {},
): Optimizer {
  if (momentum === 0) return optimizer(sgdUpdate, { learningRate }, options);
  return optimizer(nesterov ? nesterovUpdate : momentumUpdate, { learningRate, momentum }, options);
}

export interface AdamOptions extends OptimizerOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam, Kingma and Ba 2015, algorithm 1. */
export function adam(
  learningRate = 0.001,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...options }: AdamOptions = {},
): Optimizer {
  const hyper = { learningRate, beta1, beta2, epsilon, correction1: 1, correction2: 1 };
  return optimizer(adamUpdate, hyper, options);
}

export interface AdamwOptions extends AdamOptions {
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay, Loshchilov and Hutter 2019. */
export function adamw(
  learningRate = 0.001,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, ...options }: AdamwOptions = {},
): Optimizer {
  const hyper = { learningRate, beta1, beta2, epsilon, correction1: 1, correction2: 1, weightDecay };
  return optimizer(adamwUpdate, hyper, options);
}

/** A step of fixed size against the sign of the gradient, Bernstein et al. 2018. */
export const signSgd = (learningRate = 0.001, options: OptimizerOptions = {}): Optimizer =>
  optimizer(signUpdate, { learningRate }, options);

/** Places an optimiser's numbers in the program. */
export function recordOptimizer(p: Program, { update, hyper }: Optimizer): RecordedOptimizer {
  const numbers = p.buffer({
    name: 'optimizer/hyper',
    role: 'state',
    life: 'persistent',
    unit: null,
    shape: [constant(update.hyper.length)],
    initial: update.hyper.map((name) => hyper[name]),
  });
  const at = (name: string): Scalar => new Scalar(view(numbers, update.hyper.indexOf(name)));
  const corrected = ['1', '2'].filter((moment) => update.hyper.includes(`correction${moment}`));
  const powers = corrected.map((moment) => p.scalar(`optimizer/power${moment}`, 1));
  const advance = (): void =>
    corrected.forEach((moment, index) => {
      assign(p, powers[index], powers[index].times(at(`beta${moment}`)));
      assign(p, at(`correction${moment}`), powers[index].times(-1).plus(1).map('reciprocal'));
    });
  return { update, hyper: numbers, advance };
}

/** Records `target = expression` of one number. */
function assign(p: Program, target: Scalar, expression: Expression): void {
  if (target.source.kind !== 'view') throw new RangeError('a count cannot be assigned');
  p.evaluate(expression, target.source, { rows: constant(1), columns: constant(1), first: 0, sample: null }, 1, 1);
}
