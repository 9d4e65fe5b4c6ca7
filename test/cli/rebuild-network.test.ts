// A network is declared again from what a checkpoint says of it: every layer of the library, and time.

import { expect, test } from 'vitest';
import { parseNetwork } from '../../cli/network-word.ts';
import { rebuildNetwork } from '../../cli/rebuild-network.ts';
import {
  backprop,
  compileLearner,
  dense,
  flatten,
  last,
  type NetworkSpec,
  recurrent,
  sequential,
} from '../../src/index.ts';
import { cases } from '../layers/cases.ts';

const identityOf = (network: NetworkSpec) => compileLearner({ network, rule: backprop() }).identity;

function expectRebuilt(network: NetworkSpec): void {
  const identity = identityOf(network);
  expect(identityOf(rebuildNetwork(identity))).toEqual(identity);
}

test.each(cases)('$title', ({ title, layer, inputShape }) => {
  const layers = [layer, flatten(), dense(3, { name: 'head', bias: false })];
  expectRebuilt(sequential(inputShape, layers, title.includes('recurrent') ? { steps: 2 } : {}));
});

test.each(['64-t4-rate-12-lif0.8t0.5hard-10', '20x3-r8-5', '49x10-20-mean-10:identity', '8x8x1-c4k3x2s2same-p2-10'])(
  '%s',
  (word) => expectRebuilt(parseNetwork(word)),
);

test('sequences of different lengths', () => {
  const layers = [recurrent(dense(4, { activation: 'tanh' }), { name: 'mine' }), last(), dense(2)];
  expectRebuilt(sequential([3], layers, { steps: 9, varying: true }));
});

test('a shape that is none is refused by name', () => {
  const identity = { ...identityOf(sequential([4], [dense(3)])), input: '[4' };
  expect(() => rebuildNetwork(identity)).toThrow("the checkpoint says of itself '[4', which cannot be read");
});

test.each(['mystery{"units":3}', 'sequential{"units":3}', 'ShapeError{}', 'dense', 'dense{"units":'])(
  'a layer that is %s is refused by name',
  (text) => {
    const identity = { ...identityOf(sequential([4], [dense(3)])), "layer 'dense_1'": text };
    expect(() => rebuildNetwork(identity)).toThrow(/^the checkpoint's layer 'dense_1' is .*: --network says its file$/);
  },
);
