// Locality of every rule, beside what contract.ts checks, where poison shows that calls and units depend on nothing
// but what they declare to read, and the proof that `analyse` computes from that is what the rule claims. Rules known
// from the literature check it; those that hide are in hiding.test.ts.

import { describe, expect, test } from 'vitest';
import { accesses } from '../../runtime/program/analyse.ts';
import { LOCAL, LOCKED } from '../../src/author.ts';
import { subjectOf } from '../../src/check/check.ts';
import { trained } from '../../src/check/checks/proof.ts';
import { networks } from '../../src/check/networks.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import { rules } from '../../src/forward-only/index.ts';
import { dense, sequential, tpsgd } from '../../src/index.ts';
import { directFeedbackAlignment } from './literature/direct-feedback-alignment.ts';
import { literature } from './literature/index.ts';
import { mlp, proofOf, trainable } from './proof.ts';
import { tried } from './tried.ts';

test('the claims are the known ones', () => {
  const claims = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule().locality]));
  expect(claims).toMatchObject({ backprop: LOCKED, tpsgd: LOCAL, drtp: LOCAL });
});

const local = Object.entries(tried).filter(([, rule]) => !rule().locality.backwardLocked);

test.each(local)('%s: a unit reads nothing that a unit behind it wrote', (_, rule) => {
  for (const [, network] of trainable(rule())) {
    const subject = trained(subjectOf({ network, rule: rule() }));
    const order = subject.network.parts.map(({ name }) => name);
    for (const phase of trainingPhases(subject.course)) {
      for (const { unit, reads } of accesses(subject.program, phase)) {
        const behind = subject.program.buffers.filter(
          (buffer) => reads.includes(buffer.name) && order.indexOf(buffer.unit ?? '') > order.indexOf(unit),
        );
        const names = behind.map((buffer) => buffer.name);
        // the loss belongs to no unit, and learns from the output of the last
        if (unit !== 'shared') expect(names, `${unit} in ${phase}`).toEqual([]);
      }
    }
  }
});

test('tpsgd layer by layer is as local as all layers at once', () => {
  const rule = tpsgd({ order: 'greedy' });
  for (const network of Object.values(networks)) expect(proofOf(network, rule).locality).toEqual(LOCAL);
});

describe('rules from the literature', () => {
  test.each(Object.entries(literature))('%s: the proof is what it claims', (_, rule) => {
    expect(proofOf(mlp, rule()).locality).toEqual(rule().locality);
  });

  test("the error is the loss's, whichever unit computes it", () => {
    const rule = directFeedbackAlignment({ errorIn: 'dense_3' });
    expect(proofOf(mlp, rule).locality).toEqual(rule.locality);
  });

  test('a network of one unit locks nothing, and is said to be one', () => {
    expect(proofOf(sequential([12], [dense(4)]), rules.backprop())).toEqual({
      locality: LOCAL,
      units: 1,
      largestShare: 1,
    });
  });
});
