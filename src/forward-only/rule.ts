// What a learning rule owes: a name, the paper, and `record`, which writes its phases into a program for a network. It
// runs once; it computes nothing. A rule may live outside this repository: `defineRule` makes the same thing as the
// index here.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { pass, type Network } from '../layers/network.ts';
import { outcome, recordProbabilities, type LossName } from '../losses/loss.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/** What the learner gives a rule to read and to write. */
export interface RuleContext {
  /** [batch, ...inputShape]; the host fills it before each phase. */
  readonly input: Tensor;
  /** Class indices of [batch]; filled before `train` only. */
  readonly label: Buffer;
  readonly classes: Dim;
}

/** A part of the training: which phase a step runs, and its share of the epochs. */
export interface Stage {
  readonly phase: string;
  readonly share: number;
  /** Whether the phase computes the network's loss and output; training only the first layers does not. */
  readonly scores: boolean;
}

export interface Rule {
  readonly name: string;
  /** Counts up when the rule learns otherwise than before, so that old checkpoints are refused; default 1. */
  readonly version?: number;
  /** The source: authors, title, where. */
  readonly paper: string;
  readonly loss: LossName;
  readonly optimizer: Optimizer;
  /**
   * Records the training phases and `predict`. The phase `prepare` holds the weights' first values; a rule may add to
   * it. A stage that scores writes `<phase>/loss` and `<phase>/output`, `predict` writes `predict/output` (`outcome`).
   */
  record(p: Program, network: Network, context: RuleContext): readonly Stage[];
}

/** Thrown when a rule is defined without a part it owes, or cannot train a network. */
export class RuleError extends Error {
  override name = 'RuleError';
}

/** Refuses an option that is none of the known values. */
export function expectOneOf(rule: string, option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new RuleError(`${rule}: ${option} is '${value}', wanted ${known.join(', ')}`);
}

/**
 * Checks a rule written outside the repository and returns it.
 * @throws RuleError naming the missing part.
 */
export function defineRule(rule: Rule): Rule {
  const parts: readonly (keyof Rule)[] = ['name', 'paper', 'loss', 'optimizer', 'record'];
  for (const part of parts) {
    if (rule[part] === undefined) throw new RuleError(`the rule '${rule.name ?? '(unnamed)'}' has no '${part}'`);
  }
  return rule;
}

/** Records `predict` as the plain forward pass, for rules whose network's last layer gives the logits. */
export function recordPredict(p: Program, network: Network, { input, classes }: RuleContext, loss: LossName): void {
  p.phase('predict', () => {
    const { output } = outcome(p, 'predict', input.batch, classes);
    const logits = pass(p, network.layers, input, { training: false });
    recordProbabilities(p, loss, logits, output);
  });
}
