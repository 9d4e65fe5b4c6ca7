// The control as an expert would have it: with checkpoints it learns the same bits from less memory, and the last layers
// alone need nothing of the others.

import { describe, expect, test } from 'vitest';
import {
  backprop,
  conv2d,
  createLearner,
  dense,
  dropout,
  flatten,
  mean,
  recurrent,
  RuleError,
  sequential,
  sgd,
  tpsgd,
} from '../../src/index.ts';
import type { Learner, NetworkSpec, Rule } from '../../src/index.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import { CLASSES, proofOf } from './proof.ts';

const BATCH = 6;
const optimizer = sgd(0.05, { momentum: 0.9 });
const deep = sequential(
  [8, 8, 1],
  [
    ...Array.from({ length: 16 }, () => conv2d(8, 3, { activation: 'relu', padding: 'same' })),
    dropout(0.2),
    flatten(),
    dense(4),
  ],
);

const ofSteps = (steps: number, varying = false) =>
  sequential([5], [recurrent(dense(16)), mean(), dense(4)], { steps, varying });
const ofAnyLength = ofSteps(5, true);

async function stepped(network: NetworkSpec, rule: Rule, microBatch?: number): Promise<Learner> {
  const learner = await createLearner({ network, rule, classes: CLASSES, batchSize: BATCH, microBatch });
  for (let step = 0; step < 3; step++) {
    const { input, label } = batchOf(network, BATCH, step, CLASSES.length);
    learner.trainOnBatch(input, label);
  }
  return learner;
}

const activations = (learner: Learner): number => learner.memory().transientBytes;

describe('checkpoint', () => {
  const same = Object.entries({ ...networks, deep }).filter(([, { varying }]) => !varying);

  test.each(same)(
    '%s: the same weights, bit for bit, in any number of segments, of layers or of time, in micro-batches too',
    async (_, network) => {
      for (const microBatch of [undefined, 4]) {
        const wanted = (await stepped(network, backprop({ optimizer }), microBatch)).weightHash();
        for (const checkpoint of [true, 1, 2, 3, 100]) {
          const learner = await stepped(network, backprop({ optimizer, checkpoint }), microBatch);
          expect(learner.weightHash(), `${checkpoint}`).toBe(wanted);
        }
      }
    },
  );

  test('needs less: of 18 parts 5 segments, below 0.6 of the activations, all of them touched', async () => {
    const [all, some] = [
      await stepped(deep, backprop({ optimizer })),
      await stepped(deep, backprop({ optimizer, checkpoint: true })),
    ];
    expect(activations(some) / activations(all)).toBeLessThan(0.6);
    some.predict(batchOf(deep, BATCH, 0, 4).input);
    expect(some.memory().usedBytes).toBe(some.memory().plannedBytes);
  });

  test('needs less of time: of 64 steps 8 at a time and what 7 were begun with, below 0.5, all touched', async () => {
    const [all, some] = [
      await stepped(ofSteps(64), backprop({ optimizer })),
      await stepped(ofSteps(64), backprop({ optimizer, checkpoint: true })),
    ];
    const tape = (learner: Learner): number => activations(learner) - 4 * BATCH * 64 * 5;
    expect(tape(some) / tape(all)).toBeLessThan(0.5);
    some.predict(batchOf(ofSteps(64), BATCH, 0, 4).input);
    expect(some.memory().usedBytes).toBe(some.memory().plannedBytes);
  });

  test('goes on from what was saved without', async () => {
    const [all, some] = [
      await stepped(deep, backprop({ optimizer })),
      await stepped(deep, backprop({ optimizer, checkpoint: 3 })),
    ];
    some.restore(all.save());
    expect(some.weightHash()).toBe(all.weightHash());
  });

  test('is as locked as without, and proved to be', () => {
    expect(proofOf(networks.convolutional, backprop({ checkpoint: true }))).toEqual(
      proofOf(networks.convolutional, backprop()),
    );
  });
});

describe('last', () => {
  const named = ['convolutional', 'recurrent', 'spiking', 'spikingConvolutional', 'spikingRecurrent'] as const;

  test.each(named)('trains so many layers, as they are trained with all, and no other: %s', async (name) => {
    const network = networks[name];
    const units = network.layers.filter(({ spec, inputShape }) => spec.parameterCount(inputShape) > 0);
    const fresh = await createLearner({ network, rule: backprop(), classes: CLASSES });
    const of = async (last?: number) => {
      const rule = backprop({ optimizer, last });
      const learner = await createLearner({ network, rule, classes: CLASSES, batchSize: BATCH });
      const { input, label } = batchOf(network, BATCH, 0, CLASSES.length);
      learner.trainOnBatch(input, label);
      return learner.weights();
    };
    const all = await of();
    for (let last = 1; last <= units.length; last++) {
      const fixed = units.slice(0, -last).map((unit) => `${unit.name}/`);
      for (const [weight, values] of Object.entries(await of(last))) {
        const isFixed = fixed.some((unit) => weight.startsWith(unit));
        expect(values, `${weight}, last ${last}`).toEqual((isFixed ? fresh.weights() : all)[weight]);
      }
    }
  });

  test('keeps no activation of the others: one layer of a deep network needs below a third', async () => {
    const [all, one] = [
      await stepped(deep, backprop({ optimizer })),
      await stepped(deep, backprop({ optimizer, last: 1 })),
    ];
    expect(activations(one) / activations(all)).toBeLessThan(1 / 3);
  });

  test.each([
    ['dense', 1],
    ['dense', 2],
    ['recurrent', 1],
    ['spiking', 1],
    ['spiking', 2],
  ] as const)('%s, %i: claims what is proved', (name, last) => {
    const rule = backprop({ last });
    expect(proofOf(networks[name], rule)).toMatchObject({ locality: rule.locality, units: last });
  });

  test('what is behind time needs no step: bytes do not grow', async () => {
    const bytes = async (steps: number): Promise<number> => {
      const learner = await createLearner({ network: ofSteps(steps), rule: backprop({ last: 1 }), batchSize: BATCH });
      return learner.memory().plannedBytes - 4 * BATCH * steps * 5;
    };
    expect(await bytes(60)).toBe(await bytes(3));
  });

  test('is part of what a checkpoint of the learner is of', async () => {
    const [all, one] = [await stepped(deep, backprop()), await stepped(deep, backprop({ last: 1 }))];
    expect(() => one.restore(all.save())).toThrow(/rule option 'last'/);
  });
});

test.each<[string, Parameters<typeof backprop>[0], NetworkSpec]>([
  ['backprop: last is 4, but the network has 3 layers that learn', { last: 4 }, networks.dense],
  ['backprop: checkpoint wants sequences of the same number of steps', { checkpoint: 2 }, ofAnyLength],
])('refuses: %s', async (message, options, network) => {
  await expect(createLearner({ network, rule: backprop(options) })).rejects.toThrow(new RuleError(message));
});

test.each([
  [{ checkpoint: 0 }, 'backprop: checkpoint is 0, wanted true, false or a whole number of at least 1'],
  [{ last: 1.5 }, 'backprop: last is 1.5, wanted a whole number of at least 1'],
])('refuses %j', (options, message) => {
  expect(() => backprop(options)).toThrow(RuleError);
  expect(() => backprop(options)).toThrow(new RuleError(message));
});

test('where only what is behind time learns, no step is kept: bytes do not grow, and tpSGD learns the same', async () => {
  const learned = (rule: Rule, steps: number) =>
    createLearner({
      network: ofSteps(steps),
      rule,
      trainable: { dense_1: true },
      batchSize: BATCH,
      standardize: false,
    });
  const [short, long] = [await learned(backprop({ optimizer }), 3), await learned(backprop({ optimizer }), 60)];
  const samples = (steps: number): number => 4 * BATCH * steps * 5;
  expect(long.memory().plannedBytes - samples(60)).toBe(short.memory().plannedBytes - samples(3));
  const other = await learned(tpsgd({ optimizer }), 3);
  const { input: x, label } = batchOf(ofSteps(3), BATCH, 0, 4);
  for (const learner of [short, other]) learner.trainOnBatch(x, label);
  expect(short.weightHash()).toBe(other.weightHash());
});
