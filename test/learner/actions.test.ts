// Actions of a rule, called by name with numbers for its ports; what is refused, and that nothing happens then.

import { describe, expect, test } from 'vitest';
import { view } from '../../runtime/program/buffer.ts';
import { defineRule, layerwise, Scalar } from '../../src/author.ts';
import { BusyError, ConfigurationError, sgd, tpsgd } from '../../src/index.ts';
import { small, smallData } from './small.ts';

const { x, y } = smallData(16);

/** tpSGD with actions that add to every weight: a number given, or the rate times it. */
const nudging = defineRule({
  ...tpsgd({ optimizer: sgd(0.25) }),
  name: 'nudging',
  record(p, network, context) {
    const course = layerwise(p, network, context, { delta: (_, output) => output.over(new Scalar(context.samples)) });
    const amount = new Scalar(view(p.port({ name: 'amount', way: 'in', role: 'data', shape: [1] })));
    const add = (what: Scalar) => (): void =>
      network.units.forEach((unit) =>
        p.unit(unit.name, () =>
          unit.weights.forEach((weight) => weight.change?.(p, ({ values }) => values.plus(what))),
        ),
      );
    p.phase('nudge', add(amount));
    p.phase('count', add(new Scalar(view(p.step))));
    return {
      ...course,
      actions: {
        nudge: { run: 'nudge', takes: ['amount'] },
        twice: { run: ['nudge', ['nudge']], takes: ['amount'] },
        count: { run: 'count', takes: ['step'] },
        silent: { run: [], takes: ['step', 'learningRate'] },
      },
    };
  },
});

const make = () => small({ rule: nudging });
const biasOf = (learner: Awaited<ReturnType<typeof make>>): number => learner.weights()['dense_2/bias'].values[0];

describe('an action', () => {
  test('runs once for each row, with its numbers', async () => {
    const learner = await make();
    learner.act('nudge', [{ amount: 0.5 }, { amount: 2 }]);
    expect(biasOf(learner)).toBe(2.5);
    learner.act('twice', [{ amount: -1 }]);
    expect(biasOf(learner)).toBe(0.5);
    learner.act('nudge', []);
    expect(biasOf(learner)).toBe(0.5);
  });

  test('counts steps as training does; given a step, it runs at that one', async () => {
    const learner = await make();
    learner.act('nudge', [{ amount: 0 }, { amount: 0 }, { amount: 0 }]);
    expect(learner.steps).toBe(3);
    learner.act('count', [{ step: 7 }]);
    expect(biasOf(learner)).toBe(7);
    expect(learner.steps).toBe(8);
  });

  test('goes on with its own rate in training', async () => {
    const [learner, twin] = [await make(), await make()];
    learner.act('silent', [{ step: 0, learningRate: 9 }]);
    twin.act('silent', [{ step: 0, learningRate: 0.25 }]);
    for (const each of [learner, twin]) each.trainOnBatch(x.subarray(0, 48), y.subarray(0, 8));
    expect(learner.weightHash()).toBe(twin.weightHash());
  });
});

describe('is refused, and nothing changes', () => {
  test.each<[string, string, readonly Readonly<Record<string, number>>[], string]>([
    [
      'an action there is not',
      'push',
      [{}],
      "the rule 'nudging' has no action 'push'; it has nudge, twice, count, silent",
    ],
    ['a row without a number', 'nudge', [{}], "row 0 of 'nudge' has no 'amount'"],
    ['a row without a step', 'silent', [{ learningRate: 1 }], "row 0 of 'silent' has no 'step'"],
  ])('%s', async (_, name, rows, message) => {
    const learner = await make();
    const before = learner.save();
    expect(() => learner.act(name, rows)).toThrow(ConfigurationError);
    expect(() => learner.act(name, rows)).toThrow(message);
    expect(learner.save()).toEqual(before);
  });

  test('of a rule that has none', async () => {
    const learner = await small();
    expect(() => learner.act('replay', [])).toThrow("the rule 'tpsgd' has no action 'replay'; it has none");
  });

  test('during a fit', async () => {
    const learner = await make();
    const fitting = learner.fit(x, y, {
      callbacks: { onBatchEnd: () => new Promise((resolve) => setTimeout(resolve)) },
    });
    expect(() => learner.act('nudge', [{ amount: 1 }])).toThrow(BusyError);
    await fitting;
  });
});
