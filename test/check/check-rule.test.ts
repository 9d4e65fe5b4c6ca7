// `checkRule` finds what does not hold: a false claim, an answer that looks at its neighbours, a rule that learns
// nothing, one that trains nothing. Of rules that hold it tells what was checked.

import { expect, test } from 'vitest';
import { LOCAL, PerFeature, type Course } from '../../src/author.ts';
import { CheckError, checkRule, type CheckReport } from '../../src/check/index.ts';
import { optionsOf, subjectOf } from '../../src/check/check.ts';
import { refusal } from '../../src/check/check-rule.ts';
import { checks } from '../../src/check/checks/index.ts';
import { networks } from '../../src/check/networks.ts';
import * as layers from '../../src/index.ts';
import { backprop, drtp, forwardForward, RuleError, sgd, sltt, tpsgd, zerothOrder } from '../../src/index.ts';
import type { Rule } from '../../src/index.ts';

const { dense, recurrent } = networks;

/** The report of what does not hold. */
async function failed(rule: Rule, on = { dense }): Promise<CheckReport> {
  const error: unknown = await checkRule(rule, { networks: on }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CheckError)) throw new Error(`${rule.name} passes`);
  for (const { wrong } of error.report.results) for (const what of wrong) expect(error.message).toContain(what);
  return error.report;
}

const wrongIn = ({ results }: CheckReport): [check: string, ...wrong: string[]][] =>
  results.flatMap(({ check, wrong }) => (wrong.length > 0 ? [[check, ...wrong]] : []));

test('a rule that holds all is reported with every check on every network, and what it refuses', async () => {
  const told: string[] = [];
  const report = await checkRule(sltt(), {
    networks: { dense, recurrent },
    onCheck: ({ check }, share) => told.push(`${check} ${share.toFixed(2)}`),
  });
  const names = [...checks.map(({ name }) => name), 'learns a small problem'];
  expect(report.results.map(({ check }) => check)).toEqual(names);
  expect(report.results.every(({ wrong }) => wrong.length === 0)).toBe(true);
  expect(report.refused).toEqual({ recurrent: expect.stringMatching(/^sltt has a loss at every time step/) });
  expect(told).toEqual(names.map((name, index) => `${name} ${((index + 1) / names.length).toFixed(2)}`));
});

test('a rule of several stages is taken through all of them', async () => {
  const { results } = await checkRule(tpsgd({ order: 'greedy' }), { networks: { dense } });
  expect(results).toHaveLength(checks.length + 1);
});

test('in micro-batches it owes the same, and refuses with the same words', async () => {
  const { results, refused } = await checkRule(drtp(), { networks: { dense }, microBatch: 4 });
  expect(results).toHaveLength(checks.length + 1);
  expect(refused).toEqual({});
  await expect(checkRule(zerothOrder(), { networks: { dense }, microBatch: 4 })).rejects.toThrow(
    'dense is refused: zerothOrder learns from all samples of a step at once',
  );
});

test('a false claim is named, lock by lock', async () => {
  expect(wrongIn(await failed({ ...backprop(), locality: LOCAL }))).toEqual([
    [
      'the proof of locality is what it claims',
      'backwardLocked is claimed false, proved true',
      'updateLocked is claimed false, proved true',
      'weightTransport is claimed false, proved true',
    ],
  ]);
});

test('an answer that looks at the first sample of the batch is found', async () => {
  const rule = drtp();
  const looking: Rule = {
    ...rule,
    record(p, network, context) {
      const predict: Course['predict'] = (program) => {
        const output = network.walk(program, context.input, { training: false });
        return program.compute('looking', output.plus(new PerFeature(output.buffer)));
      };
      return { ...rule.record(p, network, context), predict };
    },
  };
  const wrong = wrongIn(await failed(looking));
  expect(wrong.map(([check]) => check)).toEqual([
    'predict of a sample is the same alone and among others, in any batch size',
    'resized, predicts what it predicted',
    'learns a small problem',
  ]);
  expect(wrong[0]).toContainEqual(expect.stringMatching(/^sample 1 alone, in batches of 6: \[0\] is/));
});

test('a rule that does not learn is told what it reaches', async () => {
  expect(wrongIn(await failed(tpsgd({ optimizer: sgd(1e-6) })))).toEqual([
    [
      'learns a small problem',
      expect.stringMatching(/^with tanh it tells a share of 0\.\d+ of 300 unseen digits, wanted 0\.85/),
      expect.stringMatching(/^with normalised relu it tells a share of 0\.\d+ of 300/),
    ],
  ]);
});

test('a rule that can train nothing is told why', async () => {
  const refusing: Rule = {
    ...drtp(),
    record() {
      throw new RuleError('drtp is tired');
    },
  };
  await expect(checkRule(refusing, { networks: { dense } })).rejects.toThrow(
    /dense is refused: drtp is tired\n.*handwr/,
  );
});

test('a network without room for the classes to come is refused', () => {
  const network = layers.sequential([6], [layers.dense(8), layers.dense(3)]);
  const subject = subjectOf({ network, rule: forwardForward() });
  expect(refusal(optionsOf(subject))).toMatch(/there are 6, wanted 10/);
});
