// The learning rule that --rule asks for: one of the index, or a user's file; with its options.

import { defineRule, recordLearner, type RuleDefinition } from '../src/author.ts';
import {
  BudgetError,
  type LearnerOptions,
  type NetworkSpec,
  type Optimizer,
  type Rule,
  RuleError,
  ShapeError,
} from '../src/index.ts';
import { rules, type RuleName } from '../src/forward-only/index.ts';
import { knownFailure } from '../src/forward-only/known-failures.ts';
import { asksOptimizer, chooseFurther, chooseOptimizer, optimizerOptions } from './choose-optimizer.ts';
import { type Values, UsageError } from './command.ts';
import { importDefault, isFile, UserFileError } from './import-file.ts';
import { ofOptimizers, parseSettings } from './settings.ts';

export const ruleNames = Object.keys(rules) as RuleName[];

/** The one rule of a command. */
export const ruleOption = {
  type: 'string',
  value: '<name>',
  about: `${ruleNames.join(', ')}, or a file ./my-rule.ts; default tpsgd`,
} as const;

/** Several of them. */
export const rulesOption = {
  type: 'string',
  multiple: true,
  value: '<name>',
  about: 'only this one, or a file ./my-rule.ts; default: all that can train the network',
} as const;

/** What a rule can be told. */
export const ruleOptions = {
  ...optimizerOptions,
  set: {
    type: 'string',
    multiple: true,
    value: '<key=value>',
    about: 'any other option of the rule: --set localLoss=l1',
  },
} as const;

export type RuleValues = Values<typeof ruleOptions>;

type Factory = (options: Readonly<Record<string, unknown>>) => Rule;

/**
 * @param text a name of the index, or a file whose default export is a rule or makes one from options
 * @param common the optimiser where none is asked for; rules that take none keep theirs. Default: each rule's own
 * @throws UsageError for a name or an option there is not; UserFileError for a file that gives no rule; RuleError for a
 *   rule without a part it owes, and by one of the library for an option that it refuses.
 */
export async function chooseRule(text: string, values: RuleValues = {}, common?: Optimizer): Promise<Rule> {
  const factory = await findFactory(text);
  const { config } = create(text, factory, {}).rule;
  const settings = parseSettings(values.set, config);
  const told = ofOptimizers(settings);
  const options = Object.fromEntries(Object.entries(settings).filter(([name]) => !told.some(([of]) => of === name)));
  const usual = create(text, factory, options);
  const own = usual.rule.optimizers;
  const isUsual = !asksOptimizer(values) && (common === undefined || !usual.reads.has('optimizer'));
  if (isUsual && told.length === 0) return usual.rule;
  const first = isUsual ? Object.values(own)[0] : chooseOptimizer(values, common ?? Object.values(own)[0]);
  const further = Object.fromEntries(told.map(([name, of]) => [name, chooseFurther(name, of, own[name] ?? first)]));
  return create(text, factory, { ...options, ...further, ...(!isUsual && { optimizer: first }) }).rule;
}

/** What a rule is to train. */
type Subject = Pick<LearnerOptions, 'network' | 'storage' | 'batchSize' | 'microBatch'>;

/**
 * The rules that are asked for; without a wish all of the index that can train the network, as it is kept.
 * @throws what the first of them throws, where none can.
 */
export async function chooseRules(
  names: readonly string[] | undefined,
  subject: Subject,
  values: RuleValues = {},
  common?: Optimizer,
): Promise<Rule[]> {
  const chosen = await Promise.all((names ?? ruleNames).map((name) => chooseRule(name, values, common)));
  if (names !== undefined) return chosen;
  const refusals = chosen.map((rule) => refusalOf(rule, subject));
  if (refusals.every((refusal) => refusal !== null)) throw refusals[0];
  return chosen.filter((_, at) => refusals[at] === null);
}

/** Says on standard error, or where else it is told, what a rule is known not to learn of a network. */
export function warnOf(
  rule: Rule,
  network: NetworkSpec,
  batchSize?: number,
  tell: (note: string) => void = console.error,
): void {
  const failure = knownFailure(rule, network, batchSize);
  if (failure !== null) tell(failure);
}

/** Whether the rule does not refuse what it is to train. */
export const canTrain = (rule: Rule, subject: Subject): boolean => refusalOf(rule, subject) === null;

/** Why the rule cannot train it, as what it is asked for or what it needs; null where it can. */
function refusalOf(rule: Rule, subject: Subject): Error | null {
  try {
    recordLearner({ ...subject, rule });
    return null;
  } catch (error) {
    if (error instanceof RuleError || error instanceof ShapeError || error instanceof BudgetError) return error;
    throw error;
  }
}

async function findFactory(text: string): Promise<Factory> {
  if (isFile(text)) {
    const wanted = 'a rule or a function that makes one';
    const exported = await importDefault(text, wanted);
    if (typeof exported === 'function') return exported as Factory;
    if (typeof exported === 'object') return () => exported as Rule;
    throw new UserFileError(`${text} exports ${typeof exported} as default, wanted ${wanted}`);
  }
  const name = ruleNames.find((known) => known === text);
  if (name !== undefined) return rules[name] as Factory;
  throw new UsageError(`there is no rule '${text}', wanted ${ruleNames.join(', ')} or a file such as ./my-rule.ts`);
}

interface Created {
  readonly rule: Rule;
  /** The options it looks at. */
  readonly reads: ReadonlySet<string>;
}

/** Makes the rule, and refuses options that it does not read. */
function create(name: string, factory: Factory, options: Readonly<Record<string, unknown>>): Created {
  const reads = new Set<string>();
  const watched = new Proxy(options, {
    get(target, key) {
      if (typeof key === 'string') reads.add(key);
      return Reflect.get(target, key);
    },
  });
  const made: unknown = factory(watched);
  if (typeof made !== 'object' || made === null) throw new UserFileError(`${name} makes ${made}, wanted a rule`);
  const rule = defineRule(made as RuleDefinition);
  const unknown = Object.keys(options).find((key) => !reads.has(key));
  if (unknown === undefined) return { rule, reads };
  throw new UsageError(`the rule '${name}' has no option '${unknown}'; it has ${[...reads].join(', ') || 'none'}`);
}
