// The shape that rules without feedback share: forward through a unit, update it at once from its own output and the
// label, go on. A unit's input dies before the next unit begins, so activations do not add up with depth.

import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { outcome, recordLoss, type LossName } from '../../losses/loss.ts';
import { pass, type Network, type Unit } from '../../layers/network.ts';
import { recordOptimizer, type Optimizer, type RecordedOptimizer } from '../../optimizers/optimizer.ts';
import { recordPredict, RuleError, type RuleContext, type Stage } from '../rule.ts';

export interface LocalRule {
  readonly optimizer: Optimizer;
  /** The loss of the output layer. */
  readonly loss: LossName;
  /** Layers that keep their random first weights: types (`conv2d`) or names (`conv2d_1`). */
  readonly freeze: readonly string[];
  /** All units in every step, or one unit after the other. */
  readonly order: 'together' | 'greedy';
  /** dL/d(output) of a hidden unit, from its output and the label alone. */
  hiddenDelta(unit: Unit, output: Tensor): Expression;
}

/** Records `train` (or `train/<unit>` for each unit) and `predict`. */
export function recordLocal(p: Program, network: Network, context: RuleContext, rule: LocalRule): readonly Stage[] {
  checkFrozen(network, rule.freeze);
  const optimizer = recordOptimizer(p, rule.optimizer);
  const learning = network.units.filter((unit) => !isFrozen(unit, rule.freeze));
  recordPredict(p, network, context, rule.loss);
  const stages =
    rule.order === 'together'
      ? [{ phase: 'train', units: learning }]
      : learning.map((unit) => ({ phase: `train/${unit.name}`, units: [unit] }));
  for (const { phase, units } of stages) {
    const learns = (unit: Unit): boolean => units.includes(unit);
    p.phase(phase, () => recordStage(p, network, context, { rule, optimizer, phase, learns }));
  }
  const share = 1 / stages.length;
  return stages.map(({ phase, units }) => ({ phase, share, scores: units.some(({ last }) => last) }));
}

interface Recording {
  readonly rule: LocalRule;
  readonly optimizer: RecordedOptimizer;
  readonly phase: string;
  readonly learns: (unit: Unit) => boolean;
}

function recordStage(
  p: Program,
  network: Network,
  { input, label, classes }: RuleContext,
  { rule, optimizer, phase, learns }: Recording,
): void {
  optimizer.advance();
  const training = true;
  const end = network.units.reduce((last, unit, index) => (learns(unit) ? index : last), 0);
  let x = pass(p, network.prelude, input, { training });
  for (const unit of network.units.slice(0, end + 1)) {
    x = p.unit(unit.name, () => {
      const saved = unit.layer.forward(p, x, {
        training,
        learn(step) {
          if (!unit.last && learns(unit)) unit.layer.update(p, step, rule.hiddenDelta(unit, step.output), optimizer);
        },
      });
      if (unit.last) {
        const outputs = outcome(p, phase, input.batch, classes);
        const delta = recordLoss(p, { name: rule.loss, logits: saved.output, label, ...outputs });
        unit.layer.update(p, saved, delta, optimizer);
      }
      return saved.output;
    });
    if (!unit.last) x = pass(p, unit.followers, x, { training });
  }
}

const isFrozen = ({ name, type, last }: Unit, freeze: readonly string[]): boolean =>
  !last && (freeze.includes(name) || freeze.includes(type));

function checkFrozen(network: Network, freeze: readonly string[]): void {
  for (const frozen of freeze) {
    if (!network.units.some((unit) => isFrozen(unit, [frozen]))) {
      const names = network.units
        .filter(({ last }) => !last)
        .map(({ name }) => name)
        .join(', ');
      throw new RuleError(`cannot freeze '${frozen}': no hidden layer has this type or name; there are ${names}`);
    }
  }
}
