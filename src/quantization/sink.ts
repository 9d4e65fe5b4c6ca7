// Where updates go: an optimiser, which spends them at once, so that no gradient is a buffer; or sums, which add them
// up over time steps, passes or micro-batches, and are spent later.

import { times, type Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { paddedColumns, type BufferSpec, type Program } from '../../runtime/program/program.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { floatWeight } from './f32.ts';
import { knownSite } from './site.ts';
import { learnInPanels } from './panels.ts';
import { learningColumns, type Factors, type Gradient, type LearnSite, type Weight } from './storage.ts';
import { summing } from './sum.ts';

export interface Sink {
  learn(p: Program, site: LearnSite): void;
}

/** An optimiser as a sink: the bias learns from the groups in which the storage takes the weight. */
export const spending = (optimizer: RecordedOptimizer): Sink => ({
  learn(p, site) {
    const { weight, bias } = site;
    if (!weight.trained) {
      if (bias?.trained) learnBias(p, site, bias, optimizer);
      return;
    }
    const withBias =
      <Group extends Factors | Gradient>(spend: (group: Group) => void) =>
      (group: Group): void => {
        spend(group);
        if (bias === null || group.bias === null) return;
        const { first, columns } = group;
        bias.learn(p, knownSite(bias, { panels: group.bias(), bias: null, first, columns }), optimizer);
      };
    weight.learn(
      p,
      {
        weight,
        bias,
        ...(site.factors && { factors: (q, width, spend) => site.factors?.(q, width, withBias(spend)) }),
        ...(site.whole && { whole: (q, width, spend) => site.whole?.(q, width, withBias(spend)) }),
        gradient: (q, width, spend) => site.gradient(q, width, withBias(spend)),
      },
      optimizer,
    );
  },
});

/** The weight stays as it is. */
function learnBias(p: Program, site: LearnSite, weight: Weight, optimizer: RecordedOptimizer): void {
  const spend = ({ first, columns, bias }: Pick<Gradient, 'first' | 'columns' | 'bias'>): void => {
    if (bias !== null) weight.learn(p, knownSite(weight, { panels: bias(), bias: null, first, columns }), optimizer);
  };
  if (site.biases !== undefined) site.biases(p, spend);
  else learnInPanels(p, site, { byFactors: spend, byGradient: spend });
}

type MakeSum = (p: Program, weight: Weight) => Buffer;

/** Where the gradients of a weight add up: transient, or for as long as told. */
export const sumBuffer = (
  p: Program,
  weight: Weight,
  spec: Partial<Pick<BufferSpec, 'name' | 'life'>> = {},
): Buffer => {
  const shape = [weight.rows, learningColumns(weight)];
  return p.buffer({ name: `${weight.name}/sum`, role: 'gradient', layout: 'panels', shape, ...spec });
};

interface Sum {
  /** In which it is filled. */
  readonly unit: string | null;
  readonly weight: Weight;
  /** All of it, as [1, elements]. */
  readonly values: Tensor;
}

/** A sink that adds up, for every weight in a float buffer of its shape. */
export class Sums implements Sink {
  readonly #make: MakeSum;
  readonly #made: (sum: Weight) => void;
  readonly #sums = new Map<Weight, Sum>();

  /** `made` is told of every buffer, which is to begin with zeros. */
  constructor(make: MakeSum, made: (sum: Weight) => void = () => {}) {
    this.#make = make;
    this.#made = made;
  }

  learn(p: Program, { weight, bias, ...site }: LearnSite): void {
    const [sum, biasSum] = [weight, bias].map((of) => (of?.trained ? this.sumOf(p, of) : of));
    adding.learn(p, { ...site, weight: sum ?? weight, bias: biasSum });
  }

  /** Records zeros, each in its unit. */
  zero(p: Program): void {
    this.each(p, ({ weight }) => weight.initialize(p));
  }

  /** The sum of all squares. */
  squares(p: Program): Scalar {
    const total = p.tensor({ name: 'squares', role: 'scratch', shape: [1, 1], unit: null });
    p.zero(total);
    this.each(p, ({ weight, values }) => {
      const squares = p.rowSum(`${weight.name}/squares`, values.map('square'));
      p.write(total, total.plus(squares));
    });
    return new Scalar(total.at(0));
  }

  /** Spends the sums, each in the unit in which it was filled, times `scale` if that is given. */
  spend(p: Program, into: Sink, scale?: Expression): void {
    this.each(p, ({ values }, weight) => {
      if (scale !== undefined) p.write(values, values.times(scale));
      const gradient: LearnSite['gradient'] = (q, width, spend) =>
        q.columnGroups(learningColumns(weight), width, (first, columns) =>
          spend({ panels: values.at(times(first, weight.rows)), bias: null, first, columns }),
        );
      into.learn(p, { weight, bias: null, gradient });
    });
  }

  private each(p: Program, record: (sum: Sum, weight: Weight) => void): void {
    for (const [weight, sum] of this.#sums) {
      if (sum.unit === null) record(sum, weight);
      else p.unit(sum.unit, () => record(sum, weight));
    }
  }

  private sumOf(p: Program, weight: Weight): Weight {
    const known = this.#sums.get(weight);
    if (known !== undefined) return known.weight;
    const buffer = this.#make(p, weight);
    const values = new Tensor(buffer, [constant(1), constant(weight.rows * paddedColumns(learningColumns(weight)))]);
    const sum = floatWeight(buffer, { initializer: 'zeros', trained: true });
    this.#made(sum);
    this.#sums.set(weight, { unit: p.unitNow, values, weight: sum });
    return sum;
  }
}

const adding = spending({ update: summing, hyper: null, advance() {} });

/** A sink that adds up within one phase, and then spends. */
export interface Accumulator extends Sink {
  /** Records that the sums are spent, each in the unit in which it was filled. */
  spend(p: Program): void;
}

/**
 * Adds up what is recorded from here on, within one phase, and spends it in `into`. Where that adds up itself, over the
 * micro-batches of a step, there is one sum for both.
 */
export function accumulate(p: Program, into: Sink): Accumulator {
  if (into instanceof Sums) return { learn: (q, site) => into.learn(q, site), spend() {} };
  const here = p.place();
  const sums = new Sums(sumBuffer, (sum) => here(() => sum.initialize(p)));
  return { learn: (q, site) => sums.learn(q, site), spend: (q) => sums.spend(q, into) };
}
