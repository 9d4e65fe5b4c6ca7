// What the page offers: of all rules of the index those that can train a network as it is kept, each with its plan, and
// why the others cannot, in their own words. Recorded, not run; as that takes long, the page has it done by worker.ts.

import { recordLearner, type Recorded } from '../../src/author.ts';
import { knownFailure } from '../../src/forward-only/known-failures.ts';
import { BudgetError, ConfigurationError, RuleError, ShapeError } from '../../src/index.ts';
import { BATCH, FIRST, learnerOptions, ruleNames, ruleOf, storageOf, type Choice, type RuleName } from './choices.ts';

type Bytes = Pick<Recorded['plan'], 'bytes' | 'byRole'>;

export interface Offer {
  readonly rule: RuleName;
  readonly title: string;
  /** Null where the rule refuses, or is known not to learn. */
  readonly plan: Bytes | null;
  /** Why it is not offered. */
  readonly refusal: string | null;
}

const refusals = [RuleError, ShapeError, BudgetError, ConfigurationError];

function plan(choice: Choice): Offer {
  const { rule } = choice;
  const { title } = ruleOf(rule);
  const refused = (refusal: string): Offer => ({ rule, title, plan: null, refusal });
  const options = learnerOptions(choice);
  const failure = knownFailure(options.rule, options.network, BATCH);
  if (failure !== null) return refused(failure);
  try {
    const { bytes, byRole } = recordLearner(options).plan;
    return { rule, title, plan: { bytes, byRole }, refusal: null };
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    return refused((error as Error).message);
  }
}

const known = new Map<string, Offer>();

/** Each is planned once: a device by all that its storage is named by, as a user may give another under its name. */
export function offerOf(choice: Choice): Offer {
  const key = [choice.rule, choice.network, storageOf(choice.storage).name].join(' ');
  const offer = known.get(key) ?? plan(choice);
  known.set(key, offer);
  return offer;
}

/** Why the rule of a choice is not offered; null where it is. */
export const refusalOf = (choice: Choice): string | null => offerOf(choice).refusal;

/** The choice; where its rule is not offered, with the page's first rule that is; null where none is. */
export function settle(choice: Choice): Choice | null {
  const rules = [choice.rule, FIRST.rule, ...ruleNames];
  const rule = rules.find((name) => refusalOf({ ...choice, rule: name }) === null);
  return rule === undefined ? null : { ...choice, rule };
}
