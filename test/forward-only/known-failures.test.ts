// What the command line warns of: rules and networks that were seen not to learn together, and none besides.

import { expect, test } from 'vitest';
import { parseNetwork } from '../../cli/network-word.ts';
import { DS_CNN } from '../../bench/memory/ds-cnn.ts';
import { rules } from '../../src/forward-only/index.ts';
import { knownFailure } from '../../src/forward-only/known-failures.ts';

const six = `28x28x1-${'c16k3same-'.repeat(6)}`;
const failing = (word: string): string[] =>
  Object.values(rules)
    .filter((rule) => knownFailure(rule(), parseNetwork(word)) !== null)
    .map(({ name }) => name);

test.each([
  [`${six}gap-10`, ['tpsgd', 'drtp', 'contrastiveForward', 'stdp']],
  [DS_CNN, ['tpsgd', 'drtp', 'contrastiveForward', 'stdp', 'zerothOrder']],
  [`${six}10`, ['contrastiveForward', 'stdp']],
  ['28x28x1-c16k3same-gap-10', ['contrastiveForward', 'stdp']],
  ['28x28x1-c16k3same:relu-p2-c16k3same:relu-p2-10', ['stdp']],
  ['784-256-10', ['contrastiveForward']],
  ['784-256:relu-10', ['drtp']],
  ['784-256-100:relu', ['contrastiveForward']],
  ['784-t5-rate-64-lif-10', ['zerothOrder']],
])('%s: %j', (word, names) => {
  expect(failing(word)).toEqual(names);
});

test('a batch of one has no pairs', () => {
  const network = parseNetwork('784-256:relu-10');
  expect(knownFailure(rules.contrastiveForward(), network, 32)).toBeNull();
  expect(knownFailure(rules.contrastiveForward(), network, 1)).toContain('no other to be paired with');
  expect(knownFailure(rules.tpsgd(), network, 1)).toBeNull();
});

test('it says which rule, what, and where to read of it', () => {
  expect(knownFailure(rules.tpsgd(), parseNetwork(`${six}gap-10`))).toBe(
    'tpsgd is known not to learn six or more convolutions below a global average pool but by the sign of the ' +
      'gradient, where Mono-Forward does: docs/results.md',
  );
});
