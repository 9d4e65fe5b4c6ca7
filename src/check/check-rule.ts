// Goes through all checks with one rule: on every network that it can train, and on the small problem.

import { recordLearner, type RecordOptions } from '../compile/record.ts';
import { ConfigurationError } from '../errors.ts';
import { RuleError, type Rule } from '../forward-only/rule.ts';
import type { NetworkSpec } from '../layers/network.ts';
import type { Loss } from '../losses/loss.ts';
import type { Activations } from '../quantization/activations.ts';
import type { Storage } from '../quantization/storage.ts';
import { optionsOf, subjectOf } from './check.ts';
import { checks } from './checks/index.ts';
import { networks as usual } from './networks.ts';
import { belowBar, smallNetworks, type Bar } from './small-problem.ts';

export interface CheckOptions {
  /** What it is checked on, by name; default: one network of each kind. */
  readonly networks?: Readonly<Record<string, NetworkSpec>>;
  /** How weights are stored; default `f32`. */
  readonly storage?: Storage;
  /** How inputs and outputs of layers are kept; default: as floats. */
  readonly activations?: Activations;
  /** Rows that are learned from at a time, of a step of six (of 32 with handwriting); default: all. */
  readonly microBatch?: number;
  /** Of the classification that it is checked with; default `crossEntropy`. */
  readonly loss?: Loss;
  /** What it must reach on 300 unseen pictures of handwriting. */
  readonly bar?: Bar;
  /** Called after each check, with the share of all that is done. */
  readonly onCheck?: (result: CheckResult, share: number) => void;
}

export interface CheckResult {
  /** What holds, if nothing is wrong. */
  readonly check: string;
  /** On which network. */
  readonly network: string;
  /** What does not hold, a sentence each. */
  readonly wrong: readonly string[];
}

export interface CheckReport {
  readonly rule: string;
  readonly results: readonly CheckResult[];
  /** Networks that the rule says it cannot train, or the storage that it cannot keep, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
}

/** What a rule owes and does not hold. */
export class CheckError extends Error {
  override name = 'CheckError';
  readonly report: CheckReport;

  constructor(report: CheckReport, problems: readonly string[]) {
    super(`the rule '${report.rule}' does not hold what it owes:\n${problems.map((each) => `  ${each}`).join('\n')}`);
    this.report = report;
  }
}

/** Why a rule cannot train a network, as it is kept; or null. */
export function refusal(taught: RecordOptions): string | null {
  try {
    recordLearner(taught);
    return null;
  } catch (error) {
    if (error instanceof RuleError || error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

/**
 * Checks what every rule owes: repeated bits, planned bytes, the claim of locality, save and go on, answers that depend
 * on no neighbour and no room, and that it learns. Needs no test runner.
 * @throws CheckError that lists all that does not hold; of a rule that can train none of the networks too.
 */
export async function checkRule(
  rule: Rule,
  { networks = usual, loss, bar, onCheck = () => {}, ...given }: CheckOptions = {},
): Promise<CheckReport> {
  const { storage, activations, microBatch } = given;
  const taught = { rule, storage, activations, microBatch };
  const refused: Record<string, string> = {};
  const accepts = (name: string, options: RecordOptions): boolean => {
    const reason = refusal(options);
    if (reason !== null) refused[name] = reason;
    return reason === null;
  };
  const pending = Object.entries(networks).flatMap(([name, network]): Pending[] => {
    const subject = subjectOf({ ...taught, network, loss });
    if (!accepts(name, optionsOf(subject))) return [];
    return checks.map((check) => ({ check: check.name, network: name, run: () => check.run(subject) }));
  });
  if (accepts(HANDWRITING, { ...taught, network: smallNetworks.tanh })) {
    const check = 'learns a small problem';
    pending.push({ check, network: HANDWRITING, run: () => belowBar({ ...taught, loss }, bar) });
  }
  const results: CheckResult[] = [];
  for (const { run, ...what } of pending) {
    const result = { ...what, wrong: await run() };
    results.push(result);
    onCheck(result, results.length / pending.length);
  }
  const report = { rule: rule.name, results, refused };
  const problems = results.flatMap(({ network, wrong }) => wrong.map((what) => `${network}: ${what}`));
  if (pending.length === 0)
    problems.push(...Object.entries(refused).map(([name, why]) => `${name} is refused: ${why}`));
  if (problems.length > 0) throw new CheckError(report, problems);
  return report;
}

const HANDWRITING = 'handwriting';

interface Pending extends Omit<CheckResult, 'wrong'> {
  run(): Promise<readonly string[]>;
}
