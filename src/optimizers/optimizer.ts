// What an optimiser is: an update (the piece of code that turns a gradient into a change of a weight), its numbers, and
// what of them changes once a step. The numbers live in a small vector in memory (`hyper`), so that a schedule can set
// the rate between steps; what an optimiser keeps per weight belongs to the storage of the weight.

import { view, type Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import { anything, described, expectIs, finite, optional, positive, type Kind } from '../options.ts';
import { OptimizerError } from './error.ts';
import { CONSTANT, linearDecay, type Schedule } from './schedule.ts';

export type { Update } from '../../runtime/simd/parts/update.ts';

export interface OptimizerOptions {
  /** How the rate changes over a `fit`: `cosineDecay()` and the like, or a name. Default `constant`. */
  readonly schedule?: Schedule | 'constant' | 'linear';
  /**
   * The most that the gradient of a step may measure, as one vector over all weights; a longer one is scaled to it.
   * Default: no limit. (Keras: `global_clipnorm`; PyTorch: `clip_grad_norm_`.)
   */
  readonly clipNorm?: number;
}

/** A number of the optimiser's own, and what it becomes once a step; `now` reads the present ones. */
export type Advance = readonly [name: string, next: (now: (name: string) => Scalar) => Expression];

export interface Optimizer {
  readonly update: Update;
  /** First values, by the names of `update.hyper`; `learningRate` is among them. */
  readonly hyper: Readonly<Record<string, number>>;
  readonly schedule: Schedule;
  /** Null for no limit. */
  readonly clipNorm: number | null;
  /** What happens to the numbers once a step, in this order. */
  readonly advance: readonly Advance[];
}

/** What also draws each weight to 0, by `weightDecay` of it times the rate: its state does not see that (decoupled). */
export const decaying = (name: string, inner: Update): Update => ({
  name,
  state: inner.state,
  hyper: [...inner.hyper, 'weightDecay'],
  change: (k, at) => {
    const { learningRate, weightDecay } = at.hyper;
    return inner.change(k, at).sub(learningRate.mul(weightDecay).mul(at.weight));
  },
});

/** For options of rules. */
export const anOptimizer: Kind<Optimizer> = (given: Partial<Optimizer> | null) =>
  typeof given?.update === 'object' || 'an optimizer, such as adam()';

/** The options of every optimiser, for the table of one; `optimizer` checks them. */
export const COMMON = { schedule: [anything], clipNorm: [anything] } as const;

/**
 * Checks an optimiser's numbers.
 * @throws OptimizerError naming the first that is not finite, or below 0.
 */
export function optimizer(
  update: Update,
  hyper: Readonly<Record<string, number>>,
  { schedule = 'constant', clipNorm }: OptimizerOptions,
  advance: readonly Advance[] = [],
): Optimizer {
  for (const [name, value] of Object.entries(hyper)) {
    expectIs(`${update.name}: ${name}`, value, finite(0), OptimizerError);
  }
  expectIs(`${update.name}: clipNorm`, clipNorm, optional(positive), OptimizerError);
  return { update, hyper, schedule: scheduleOf(update.name, schedule), clipNorm: clipNorm ?? null, advance };
}

/** @throws OptimizerError for a name there is not, or knots that do not follow one another. */
function scheduleOf(name: string, schedule: Required<OptimizerOptions>['schedule']): Schedule {
  if (schedule === 'linear') return linearDecay();
  if (schedule === 'constant') return CONSTANT;
  const isKnot = (knot: Schedule[number], at: number): boolean =>
    Array.isArray(knot) &&
    knot.every(Number.isFinite) &&
    knot[0] >= (at === 0 ? 0 : schedule[at - 1][0]) &&
    knot[1] >= 0;
  const isList = Array.isArray(schedule);
  if (isList && schedule.length > 0 && schedule.every(isKnot)) return schedule;
  const wanted = "wanted 'linear', cosineDecay() and the like, or pairs of a growing share and a factor of at least 0";
  const given = isList ? JSON.stringify(schedule) : described(schedule);
  throw new OptimizerError(`${name}: schedule is ${given}, ${wanted}`);
}

/** An optimiser at work in a program. */
export interface RecordedOptimizer {
  readonly update: Update;
  /** Its numbers, in the order of `update.hyper`; null where there are none. */
  readonly hyper: Buffer | null;
  /** Records what happens once a step, before any update. */
  advance(): void;
}

/** Places an optimiser's numbers in the program, under a name of its own. */
export function recordOptimizer(p: Program, name: string, { update, hyper, advance }: Optimizer): RecordedOptimizer {
  const numbers = p.buffer({
    name: `${name}/hyper`,
    role: 'state',
    life: 'persistent',
    unit: null,
    shape: [update.hyper.length],
    initial: update.hyper.map((key) => hyper[key]),
  });
  const at = (key: string): number => update.hyper.indexOf(key);
  const now = (key: string): Scalar => new Scalar(view(numbers, at(key)));
  const place = (key: string): Tensor => new Tensor(numbers, [constant(1), constant(1)], { offset: at(key) });
  return {
    update,
    hyper: numbers,
    advance: () => advance.forEach(([key, next]) => p.write(place(key), next(now))),
  };
}
