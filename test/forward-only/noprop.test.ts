// NoProp beside what contract.ts and the oracle check: its blocks are alone, its memory does not grow with them,
// and its other forms and embeddings owe and learn what the usual ones do.

import { describe, expect, test } from 'vitest';
import { accesses } from '../../runtime/program/analyse.ts';
import type { Plan } from '../../runtime/program/plan.ts';
import { recordLearner } from '../../src/author.ts';
import { subjectOf } from '../../src/check/check.ts';
import { checks } from '../../src/check/checks/index.ts';
import { networks } from '../../src/check/networks.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { createLearner, dense, noprop, sequential, sgd, type NopropOptions } from '../../src/index.ts';
import { proofOf } from './proof.ts';

const optimizer = sgd();

test.each(['dense', 'convolutional', 'depthwise'])('%s: ten blocks, none reads what another one wrote', (name) => {
  const rule = noprop({ optimizer });
  const { locality, units, largestShare } = proofOf(networks[name], rule);
  expect([units, largestShare]).toEqual([10, expect.closeTo(0.1)]);
  expect(Object.values(locality)).not.toContain(true);
  const { program } = recordLearner({ network: networks[name], rule });
  const blocks = accesses(program, 'train').filter(({ unit }) => unit.startsWith('block_'));
  expect(blocks).toHaveLength(10);
  for (const { unit, reads } of blocks) {
    const others = blocks.flatMap((block) => (block.unit === unit ? [] : block.writes));
    expect(reads.filter((read) => others.includes(read))).toEqual([]);
  }
});

test.each(['dense', 'convolutional'])('%s: beyond weights, bytes do not grow with the blocks', (name) => {
  const planned = (steps: number): Plan =>
    recordLearner({ network: networks[name], rule: noprop({ steps, optimizer }) }).plan;
  const [two, ten] = [planned(2), planned(10)];
  expect(ten.lowerBound.transients).toBe(two.lowerBound.transients);
  expect(ten.arena).toBeLessThanOrEqual(1.05 * two.arena);
});

test.each(['learned', 'prototype'] as const)(
  'an embedding that is %s is a unit in front of the blocks',
  (embedding) => {
    const options = { network: networks.convolutional, rule: noprop({ embedding, optimizer }) };
    const units = accesses(recordLearner(options).program, 'train');
    const { reads = [] } = units.find(({ unit }) => unit === 'embedding') ?? {};
    const written = units.flatMap(({ unit, writes }) => (unit.startsWith('block_') ? writes : []));
    expect(reads.filter((read) => written.includes(read))).toEqual([]);
    expect(reads.includes('input')).toBe(embedding === 'prototype');
    expect(proofOf(options.network, options.rule).units).toBe(11);
  },
);

const forms: readonly NopropOptions[] = [
  { time: 'discrete', embedding: 'learned' },
  { time: 'discrete', embedding: 'prototype' },
  { time: 'continuous', embedding: 'oneHot' },
  { time: 'continuous', embedding: 'learned' },
  { time: 'flow', embedding: 'oneHot' },
  { time: 'flow', embedding: 'prototype' },
];

describe.each(forms)('$time, $embedding', (form) => {
  // one block is one unit, and locks nothing
  const owed = checks.filter(({ name }) => form.time === 'discrete' || !name.includes('proof of locality'));
  const network = networks[form.embedding === 'oneHot' ? 'dense' : 'convolutional'];
  const subject = subjectOf({ network, rule: noprop({ ...form, steps: 2, size: 5 }) });

  test.each(owed)('$name', async ({ run }) => {
    expect(await run(subject)).toEqual([]);
  });

  test('learns', async () => {
    const { train, test: unseen } = syntheticHandwriting({ train: 600, test: 200, seed: 1 });
    const perceptron = sequential([784], [dense(24, { activation: 'relu' }), dense(10)]);
    const learner = await createLearner({ network: perceptron, rule: noprop({ ...form, steps: 3 }) });
    await learner.fit(train.inputs, train.labels, { epochs: 8 });
    expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThan(0.6);
  });
});
