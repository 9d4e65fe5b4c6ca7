// Micro-batches: a step whose rows come in parts is the step of all rows at once, within the rounding of sums in
// another order. Where a local rule learns at every time step, the updates of the whole step are added up first.

import { describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { learnsInTime } from '../../src/forward-only/learns-in-time.ts';
import {
  backprop,
  ConfigurationError,
  createLearner,
  dense,
  InputError,
  int8,
  sequential,
  sgd,
  RuleError,
  tpsgd,
  type Optimizer,
  type Rule,
  type LocalLearner,
} from '../../src/index.ts';
import contrast from '../../docs/examples/contrast.ts';
import { batchOf } from '../../src/check/host.ts';
import { CLASSES, trainable } from '../forward-only/proof.ts';
import { tried } from '../forward-only/tried.ts';
import { networks } from '../../src/check/networks.ts';

type Options = Parameters<typeof createLearner>[0];

const BATCH = 7;

/** All weights after some steps from the first ones, and the losses of the steps. */
async function stepped(options: Omit<Options, 'batchSize' | 'classes'>, steps = 2) {
  const learner = await createLearner({ batchSize: BATCH, classes: CLASSES, ...options });
  const before = learner.weights();
  const results = Array.from({ length: steps }, (_, step) => {
    const { input, label } = batchOf(options.network, step === 1 ? BATCH - 2 : BATCH, step, CLASSES.length);
    return learner.trainOnBatch(input, label);
  });
  const after = learner.weights();
  const names = Object.keys(after);
  const changes = names.map((name) => after[name].values.map((value, i) => value - before[name].values[i]));
  return { learner, changes, results };
}

type Changes = readonly Float32Array[];

/** The largest difference of two lists of changes, as a share of the largest change of each weight. */
function apart(a: Changes, b: Changes): number {
  const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max(
    ...a.map((values, at) => largest(values.map((value, i) => value - b[at][i])) / (largest(values) || 1)),
  );
}

const optimizer = sgd(0.01, { momentum: 0.5 });
/** So large that no change is lost in the rounding of its weight. */
const optimizers: Readonly<Record<string, Optimizer>> = { noprop: sgd(0.1, { momentum: 0.5 }) };
const subjects = Object.entries(tried).flatMap(([name, rule]) =>
  ['zerothOrder', 'contrastiveForward'].includes(name)
    ? []
    : trainable(rule()).map(([networkName, network]) => ({
        name,
        networkName,
        network,
        rule: rule({ optimizer: optimizers[name] ?? optimizer }),
      })),
);

describe.each(subjects)('$name, $networkName network', ({ name, networkName, network, rule }) => {
  // the last of a step of 7 and of one of 5 is short
  test('in micro-batches of 3 takes the steps of another size, within 1e-4', async () => {
    const [parts, others] = [
      await stepped({ network, rule, microBatch: 3 }),
      await stepped({ network, rule, microBatch: learnsInTime(name, network) ? 5 : BATCH }),
    ];
    expect(apart(parts.changes, others.changes)).toBeLessThan(1e-4);
    parts.results.forEach(({ loss, correct }, step) => {
      expect(loss).toBeCloseTo(others.results[step].loss, 4);
      expect(correct).toBe(others.results[step].correct);
    });
  });

  // a spike that falls on the other side of its threshold is no small change
  if (!learnsInTime(name, network) || networkName.startsWith('spiking')) return;
  test('at a small rate takes the steps of the whole batch, within 1 %', async () => {
    const slow = rules[name as 'tpsgd']({ optimizer: sgd(1e-4) });
    const [parts, whole] = [
      await stepped({ network, rule: slow, microBatch: 2 }),
      await stepped({ network, rule: slow }),
    ];
    expect(apart(whole.changes, parts.changes)).toBeLessThan(0.01);
  });
});

describe('a step in micro-batches', () => {
  const network = networks.dense;

  test.each([
    ['one layer after the other', tpsgd({ order: 'greedy', optimizer })],
    ['with stages, clocks and two passes', contrast({ optimizer })],
  ])('of a rule %s is that of the whole batch, within 1e-4', async (_, rule) => {
    const [parts, whole] = [await stepped({ network, rule, microBatch: 2 }), await stepped({ network, rule })];
    expect(apart(parts.changes, whole.changes)).toBeLessThan(1e-4);
  });

  test('of int8 weights rounds by the same draws: less than 1 in 100 weights differ', async () => {
    const options = { network, rule: rules.backprop({ optimizer }), storage: int8() };
    const [parts, whole] = [await stepped({ ...options, microBatch: 2 }, 1), await stepped(options, 1)];
    const [near, far] = [parts, whole].map(({ changes }) => changes.flatMap((values) => [...values]));
    const differ = near.filter((value, i) => Math.abs(value - far[i]) > 1e-6);
    expect(differ.length).toBeLessThan(near.length / 100);
  });

  test('is one step: Adam counts it once, and its numbers agree with those of the whole batch', async () => {
    const [parts, whole] = [
      await stepped({ network, rule: rules.tpsgd(), microBatch: 2 }, 3),
      await stepped({ network, rule: rules.tpsgd() }, 3),
    ];
    expect(parts.learner.steps).toBe(3);
    expect(apart(parts.changes, whole.changes)).toBeLessThan(5e-3);
  });

  test('that ends in a sample that is none changes no weight, then or later', async () => {
    const learner = await createLearner({ network, rule: rules.tpsgd(), batchSize: 6, microBatch: 2 });
    const fresh = await createLearner({ network, rule: rules.tpsgd(), batchSize: 6, microBatch: 2 });
    const { input, label } = batchOf(network, 6, 0, 4);
    const broken = input.slice();
    broken[4 * 12] = Number.NaN;
    expect(() => learner.trainOnBatch(broken, label)).toThrow(InputError);
    expect(learner.weightHash()).toBe(fresh.weightHash());
    for (const one of [learner, fresh]) one.trainOnBatch(input, label);
    expect(learner.weightHash()).toBe(fresh.weightHash());
  });
});

test('a rule that keeps something of a batch from phase to phase is refused micro-batches alone', async () => {
  const kept = backprop({ optimizer });
  const rule: Rule = {
    ...kept,
    name: 'keeping',
    record(p, net, context) {
      p.tensor({ name: 'memory', shape: [context.batch, 2], role: 'state', life: 'persistent', unit: null });
      return kept.record(p, net, context);
    },
  };
  const options = { network: networks.dense, rule, batchSize: 4 };
  await createLearner(options);
  await expect(createLearner({ ...options, microBatch: 2 })).rejects.toThrow(
    new RuleError("the rule 'keeping' keeps 'memory' of a batch from phase to phase: wanted no microBatch"),
  );
});

describe('the plan', () => {
  const network = sequential([200], [dense(100, { activation: 'tanh' }), dense(4)]);
  const bytes = (learner: LocalLearner): number => learner.memory().plannedBytes;

  test('holds the ports of a micro-batch, and a float for the gradient of each weight', async () => {
    const at = (microBatch: number): Promise<LocalLearner> =>
      createLearner({ network, rule: rules.tpsgd({ optimizer: sgd() }), batchSize: 8, microBatch });
    const [one, all] = [await at(1), await at(8)];
    const { parameter, gradient, input } = one.memory().byRole;
    expect(gradient).toBe(parameter);
    expect(input).toBe(200 * 4);
    expect(all.memory().byRole.gradient).toBeUndefined();
    expect(one.memory().transientBytes).toBeLessThan(all.memory().transientBytes / 6);
  });

  test('of a checkpoint holds no sum: one that was saved whole is continued in micro-batches', async () => {
    const { input, label } = batchOf(network, 8, 0, 4);
    const options = { network, rule: rules.tpsgd(), batchSize: 8 };
    const whole = await createLearner(options);
    whole.trainOnBatch(input, label);
    const parts = await createLearner({ ...options, microBatch: 2, restore: whole.save() });
    expect(parts.weightHash()).toBe(whole.weightHash());
    parts.trainOnBatch(input, label);
    whole.restore(parts.save());
    expect(whole.steps).toBe(2);
  });

  test('follows resize: a part stays a part, the whole the whole', async () => {
    const learner = await createLearner({ network, rule: rules.tpsgd(), batchSize: 8 });
    const sizes: (readonly [batchSize: number, microBatch: number])[] = [];
    for (const size of [{ batchSize: 16 }, { microBatch: 4 }, { batchSize: 12 }, { batchSize: 2 }, { batchSize: 8 }]) {
      await learner.resize(size);
      const { input, label } = batchOf(network, learner.compiled.batchSize, 0, 4);
      expect(Number.isFinite(learner.trainOnBatch(input, label).loss)).toBe(true);
      sizes.push([learner.compiled.batchSize, learner.compiled.microBatch]);
    }
    expect(sizes).toEqual([
      [16, 16],
      [16, 4],
      [12, 4],
      [2, 2],
      [8, 8],
    ]);
    expect(bytes(learner)).toBeGreaterThan(0);
  });

  test.each([0, 1.5, 9, Number.NaN])('refuses a micro-batch of %d rows of 8', async (microBatch) => {
    await expect(createLearner({ network, rule: rules.tpsgd(), batchSize: 8, microBatch })).rejects.toThrow(
      new ConfigurationError(`microBatch is ${microBatch}, wanted a whole number from 1 to 8`),
    );
  });
});
