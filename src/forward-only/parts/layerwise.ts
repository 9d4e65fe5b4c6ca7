// The shape that rules without feedback share: forward through a unit, update it at once from its own output and the
// target, go on. A unit's input dies before the next unit begins, so activations do not add up with depth; with time a
// unit learns at every step, so they do not add up with time either.

import { capacity } from '../../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Moment, Program } from '../../../runtime/program/program.ts';
import { isTrained } from '../../layers/layer.ts';
import type { Network, Part } from '../../layers/network.ts';
import type { Course, RuleContext, Stage } from '../rule.ts';

export interface Layerwise {
  /** All units in every step (default), or one unit after the other, each for its share of the epochs. */
  readonly order?: 'together' | 'greedy';
  /** dL/d(output) of a hidden unit, from its output and the target alone. */
  delta(unit: Part, output: Tensor, when: When): Expression;
}

export interface When {
  /** The time step, of a unit that runs at every one. */
  readonly at?: Moment;
  /** What `record` records stands before the walk, and so before all steps. */
  before(record: () => void): void;
}

/** Records `train` (or `train/<unit>` for each unit); the last unit learns by the task's loss. */
export function layerwise(p: Program, network: Network, context: RuleContext, rule: Layerwise): Partial<Course> {
  const { input } = context;
  const { order = 'together' } = rule;
  const learning = network.units.filter((unit) => unit.last || isTrained(unit));

  const train = (units: readonly Part[], clock?: string): void => {
    const sink = context.sink(undefined, clock);
    const end = units[units.length - 1];
    const outcome = end.last ? context.task.outcome(p, end.timed ? input.steps : null) : null;
    const before = p.place();
    network.walk(p, input, { training: true }, (unit, saved, mode) => {
      const { output } = saved;
      if (units.includes(unit)) {
        const { at } = mode;
        const isScored = unit.last && outcome !== null;
        const delta = isScored ? outcome.score(p, output, at) : rule.delta(unit, output, { at, before });
        unit.back(p, saved, delta, { ...mode, sink });
      }
      return unit !== end;
    });
  };
  if (order === 'together') {
    p.phase('train', () => train(learning));
    return {};
  }
  const stages = learning.map((unit): Stage => {
    const step = `train/${unit.name}`;
    p.phase(step, () => train([unit], unit.name));
    return { step, until: { share: 1 / learning.length } };
  });
  return { stages };
}

/** The values that a unit trains. */
export const weightsIn = ({ weights }: Part): number =>
  weights.reduce((total, { rows, columns }) => total + rows * capacity(columns), 0);
