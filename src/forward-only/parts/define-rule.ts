// Rules from outside this repository: the same as those of the index, but what they are made of is checked, and what
// they hand over when they are recorded.

import { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Network } from '../../layers/network.ts';
import { expectIs, expectOptions, expectThat, integer, oneOf } from '../../options.ts';
import { anOptimizer } from '../../optimizers/optimizer.ts';
import { ALL_TASKS, always, flat, makeRule, RuleError, type Course, type Rule, type RuleDefinition } from '../rule.ts';

const OWED = ['name', 'paper', 'optimizers', 'locality', 'record'] as const satisfies (keyof RuleDefinition)[];
const OPTIONAL = ['title', 'about', 'version', 'config', 'learns', 'head'] as const satisfies (keyof RuleDefinition)[];
const COURSE = ['stages', 'predict', 'actions', 'tells'] as const satisfies (keyof Course)[];

/**
 * Makes a rule of its parts. Without being told, it learns classification by the network's last layer, and has no
 * options.
 * @throws RuleError naming a part that is missing, unknown or of no use; and when it is recorded, what it hands over
 *   that is none: a course, a stage, a phase, an answer, a delta.
 */
export function defineRule(given: RuleDefinition): Rule {
  expectOptions('defineRule', given, [...OWED, ...OPTIONAL], RuleError);
  for (const part of OWED) {
    if (given[part] === undefined) throw new RuleError(`the rule '${given.name ?? '(unnamed)'}' has no '${part}'`);
  }
  const { name, optimizers, locality } = given;
  const expect = (holds: boolean, part: string, value: unknown, wanted: string): void =>
    expectThat(holds, `${name}: ${part}`, value, wanted, RuleError);
  expect(isObject(optimizers), 'optimizers', optimizers, 'optimizers by name, such as { optimizer: adam() }');
  expect(isObject(locality), 'locality', locality, 'what it claims, such as LOCAL');
  expect(typeof given.record === 'function', 'record', given.record, 'a function (p, network, context)');
  for (const [key, made] of Object.entries(optimizers)) expectIs(`${name}: ${key}`, made, anOptimizer, RuleError);
  const rule = makeRule(given);
  const { learns, head } = rule;
  expect(Array.isArray(learns), 'learns', learns, "a list, such as ['classification']");
  for (const task of learns) expectIs(`${name}: learns`, task, oneOf(ALL_TASKS), RuleError);
  expectIs(`${name}: head`, head, oneOf(['network', 'own']), RuleError);
  return {
    ...rule,
    record(p, network, context) {
      expectDeltas(name, network);
      return checked(p, name, rule.record(p, network, context));
    },
  };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The parts are this recording's own: from now on they refuse to go back from what is no delta. */
function expectDeltas(rule: string, { parts }: Network): void {
  for (const part of parts) {
    const { back } = part;
    part.back = (p, saved, delta, to) => {
      const [what, wanted] = [`${rule}: the delta of '${part.name}'`, 'one, such as output.minus(target)'];
      expectThat((delta as unknown) instanceof Expression, what, delta, wanted, RuleError);
      return back(p, saved, delta, to);
    };
  }
}

function isUntil(until: unknown): boolean {
  const { share, plateau, patience } = Object(until);
  return share === undefined ? typeof plateau === 'string' && patience >= 0 : share > 0 && share <= 1;
}

/** The course, if it is one; its answer is checked where it is asked for. */
function checked(p: Program, rule: string, given: Partial<Course> | undefined): Partial<Course> {
  const course = given === undefined ? {} : given;
  expectThat(isObject(course), `${rule}: what record gives`, course, 'nothing, or { stages, predict }', RuleError);
  expectOptions(`the course of ${rule}`, course, COURSE, RuleError);
  const { stages = always('train'), predict, ...rest } = course;
  const { actions = {} } = rest;
  const answers = predict === undefined || typeof predict === 'function';
  expectThat(answers, `${rule}: predict`, predict, 'a function that gives a tensor', RuleError);
  expectThat(Array.isArray(stages), `${rule}: stages`, stages, "a list, such as always('train')", RuleError);
  expectIs(`${rule}: the number of stages`, stages.length, integer(1), RuleError);
  stages.forEach((stage, at) => {
    expectOptions(`${rule}: stage ${at + 1}`, stage, ['enter', 'step', 'leave', 'until'], RuleError);
    const wanted = "{ share: above 0, to 1, of the epochs }, or { plateau: 'loss', patience }";
    expectThat(isUntil(stage.until), `${rule}: until of stage ${at + 1}`, stage.until, wanted, RuleError);
  });
  const runs = [
    ...stages.flatMap(({ enter, step, leave }) => [enter, step, leave]),
    ...Object.values(actions).map(({ run }) => run),
  ];
  const expectKnown = (known: ReadonlyMap<string, unknown>, what: string, value: string, wanted: string): void =>
    expectThat(known.has(value), `${rule}: ${what}`, value, `${wanted}: ${[...known.keys()].join(', ')}`, RuleError);
  for (const part of runs.flatMap(flat)) {
    if (typeof part === 'string') expectKnown(p.phases, 'a phase it runs', part, 'one it recorded');
    else expectKnown(p.counts, 'a count it raises', part.raise, 'one it has');
  }
  if (predict === undefined) return { ...rest, stages };
  return {
    ...rest,
    stages,
    predict(program) {
      const answer = predict(program);
      expectThat((answer as unknown) instanceof Tensor, `${rule}: what predict gives`, answer, 'a tensor', RuleError);
      return answer;
    },
  };
}
