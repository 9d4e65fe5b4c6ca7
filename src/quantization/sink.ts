// Where updates go: an optimiser, which spends them at once, so that no gradient is a buffer; or an accumulator, which
// adds them up over time steps, passes or micro-batches, and spends the sums later.

import { times } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { floatWeight } from './f32.ts';
import { knownSite } from './site.ts';
import type { Factors, Gradient, LearnSite, Weight } from './storage.ts';
import { summing } from './sum.ts';

export interface Sink {
  learn(p: Program, site: LearnSite): void;
}

/** An optimiser as a sink: the bias learns from the groups in which the storage takes the weight. */
export const spending = (optimizer: RecordedOptimizer): Sink => ({
  learn(p, site) {
    const { weight, bias } = site;
    if (!weight.trained) return;
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
        gradient: (q, width, spend) => site.gradient(q, width, withBias(spend)),
      },
      optimizer,
    );
  },
});

/** A sink that adds up, for every weight in a float buffer of its shape. */
export interface Accumulator extends Sink {
  /** Spends the sums, each in the unit in which it was filled, times `scale` if that is given. */
  spend(p: Program, into: Sink, scale?: Expression | number): void;
}

interface Sum {
  /** In which it was filled. */
  readonly unit: string | null;
  readonly weight: Weight;
  /** All of it, as [1, elements]. */
  readonly values: Tensor;
}

/** An accumulator over what is recorded from here on, within one phase; it begins with zeros here. */
export function accumulate(p: Program): Accumulator {
  const here = p.place();
  const sums = new Map<Weight, Sum>();
  const adding = spending({ update: summing, hyper: null, advance() {} });

  const sumOf = (weight: Weight): Weight => {
    const known = sums.get(weight);
    if (known !== undefined) return known.weight;
    const shape = [weight.rows, weight.columns];
    const buffer = p.buffer({ name: `${weight.name}/sum`, role: 'state', layout: 'panels', shape });
    const values = new Tensor(buffer, [constant(1), constant(weight.rows * paddedColumns(weight.columns))]);
    const sum = floatWeight(buffer, { initializer: 'zeros', trained: true });
    here(() => sum.initialize(p));
    sums.set(weight, { unit: p.unitNow, values, weight: sum });
    return sum;
  };

  return {
    learn(q, { weight, bias, ...site }) {
      if (weight.trained) adding.learn(q, { ...site, weight: sumOf(weight), bias: bias && sumOf(bias) });
    },
    spend(q, into, scale) {
      for (const [weight, { unit, values }] of sums) {
        const record = (): void => {
          if (scale !== undefined) q.write(values, values.times(scale));
          const gradient: LearnSite['gradient'] = (r, width, spend) =>
            r.columnGroups(weight.columns, width, (first, columns) =>
              spend({ panels: values.at(times(first, weight.rows)), bias: null, first, columns }),
            );
          into.learn(q, { weight, bias: null, gradient });
        };
        if (unit === null) record();
        else q.unit(unit, record);
      }
    },
  };
}
