// Weights moved along a random direction and back, in place: the direction is drawn again wherever it is wanted.

import type { Expression } from '../../../runtime/program/expression.ts';
import type { Scalar } from '../../../runtime/program/leaves.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Part } from '../../layers/network.ts';
import type { PieceSpan } from '../../quantization/piece.ts';
import type { Sink } from '../../quantization/sink.ts';
import { gradientSite } from '../../quantization/site.ts';
import type { Weight } from '../../quantization/storage.ts';
import { RuleError } from '../rule.ts';

interface Direction {
  readonly draws: 'signs' | 'normal';
  /** Of the weights; the others do not move in this step. */
  readonly share: number;
  /** Whether the unit of the slope counts: then no weight may move by a step of its storage, whatever the distance. */
  readonly inUnits: boolean;
  /** How far floats go now. */
  distance(): Expression | number;
}

export interface Perturbation {
  /** W <- W + times distance z */
  move(times: number): void;
  /** W <- update(W, slope z) */
  learn(into: Sink, slope: Scalar): void;
}

/** @throws RuleError naming a weight that cannot be moved in place. */
export function perturbation(p: Program, parts: readonly Part[], how: Direction): Perturbation {
  const { draws, share } = how;
  const weights = parts.flatMap(({ name, weights: all }) =>
    all.flatMap((weight) => (weight.trained ? [[name, weight, mover(p, weight, how)] as const] : [])),
  );
  const direction = ({ name }: Weight, { first, shape }: PieceSpan): Expression => {
    const drawn = { each: 'step', per: 'element', first } as const;
    const z = p.drawn(`${name}/direction`, shape, { kind: draws, ...drawn });
    if (share === 1) return z;
    const chance = p.drawn(`${name}/chosen`, shape, { kind: 'uniform', range: [0, 1], ...drawn });
    return chance.less(share).times(z);
  };
  return {
    move(times) {
      for (const [unit, weight, moved] of weights) {
        p.unit(unit, () => moved((span) => direction(weight, span), times));
      }
    },
    learn(into, slope) {
      for (const [unit, weight] of weights) {
        const site = gradientSite(weight, (span) => direction(weight, span).times(slope));
        p.unit(unit, () => into.learn(p, site));
      }
    },
  };
}

type Mover = (direction: (span: PieceSpan) => Expression, times: number) => void;

/** Floats go by the distance, what is stored in steps by one of them. */
function mover(p: Program, weight: Weight, { draws, inUnits, distance }: Direction): Mover {
  if (weight.change !== undefined) {
    return (direction, times) => {
      const one = distance();
      const far = typeof one === 'number' ? one * times : one.times(times);
      weight.change?.(p, ({ values, first }) => values.plus(direction({ first, shape: values.shape }).times(far)));
    };
  }
  const what = `zerothOrder moves weights in place, where '${weight.name}' (${weight.storage})`;
  if (weight.shift === undefined) throw new RuleError(`${what} rounds: wanted a storage that does not, as f32`);
  if (draws !== 'signs') throw new RuleError(`${what} goes by whole steps, wanted draws: 'signs', got '${draws}'`);
  if (inUnits) {
    throw new RuleError(`${what} goes by whole steps, whatever epsilon: wanted normalize: true, and no epsilonDecay`);
  }
  return (direction, times) => weight.shift?.(p, (span) => direction(span).times(times));
}
