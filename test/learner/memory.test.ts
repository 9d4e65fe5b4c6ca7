// What a learner says of itself, before and after, and how it ends.

import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DisposedError } from '../../src/index.ts';
import { opened } from './opened.ts';
import { FEATURES, rules, small, smallData, smallOptions } from './small.ts';

const { x, y } = smallData(20);
const KEYS = ['rule', 'plannedBytes', 'usedBytes', 'pages', 'lowerBoundBytes', 'parameterBytes', 'byRole'];
/** Values of the weights as the plan has them: five columns of classes fill a panel. */
const STORED = FEATURES * 16 + 16 + 12 * 8 + 8;

describe.each(Object.keys(rules))('%s', (rule) => {
  test('planned bytes are the bytes touched, and none beside them', async () => {
    const learner = await small({ rule: rules[rule]() });
    const before = learner.memory();
    for (let count = 3; count < 5; count++) learner.addClass(`class ${count}`);
    await learner.fit(x, y, { epochs: 2 });
    learner.predict(x);
    const after = learner.memory();
    expect(before.usedBytes).toBeLessThan(before.plannedBytes);
    expect(after).toEqual({ ...before, usedBytes: before.plannedBytes, strayBytes: 0 });
    for (const key of KEYS) expect(after).toHaveProperty(key);
    expect(after.rule).toBe(rule.split(',')[0]);
    expect(after.parameterBytes, 'as the network declares them').toBe(4 * ((FEATURES + 1) * 12 + (12 + 1) * 3));
    expect(after.storedParameterBytes).toBe(4 * STORED);
    expect(after.byRole.parameter).toBe(4 * STORED);
    expect(Object.values(after.byRole).reduce((total, bytes) => total + bytes, 0)).toBe(after.lowerBoundBytes);
  });

  test('a step writes nothing but what is learned: the counters are where they are said to be', async () => {
    const { trainer } = await opened(smallOptions({ rule: rules[rule]() }));
    const { engine, compiled } = trainer;
    const wordOf = (name: string): number => engine.read(compiled.buffers.find((buffer) => buffer.name === name)!)[0];
    const counters = ['count/batch', 'count/classes', 'seed', 'step'];
    expect(compiled.buffers.flatMap(({ name }) => (counters.includes(name) ? [name] : [])).sort()).toEqual(counters);
    engine.setCount('batch', 5);
    engine.setCount('classes', 4);
    [engine.seed, engine.step] = [6, 7];
    expect(counters.map(wordOf)).toEqual([5, 4, 6, 7]);
    const { learner, trainer: other } = await opened(smallOptions({ rule: rules[rule]() }));
    learner.trainOnBatch(x.subarray(0, 7 * FEATURES), y.subarray(0, 7));
    const { engine: trained } = other;
    expect([trained.count('batch'), trained.outputs, trained.seed, trained.step]).toEqual([7, 3, 1, 1]);
  });
});

test('the report is short enough to be read', async () => {
  expect(inspect((await small()).memory()).split('\n').length).toBeLessThan(30);
});

test('summary lists layers, shapes, parameters, rule and memory', async () => {
  const learner = await small();
  expect(learner.summary().split('\n')).toEqual([
    'layer      output  parameters',
    '-----------------------------',
    'input      6                 ',
    'dense_1    12              84',
    'dropout_1  12                ',
    'dense_2    3               39',
    '',
    '123 parameters, tpsgd with sgd, batches of 8, simd128',
    expect.stringMatching(/^memory \d\.\d KiB in 1 pages; code \d+\.\d KiB$/),
  ]);
});

describe('dispose', () => {
  test('ends a learner; what comes after is refused by name', async () => {
    const learner = await small();
    learner.dispose();
    expect(() => learner.predict(x)).toThrow(DisposedError);
    await expect(learner.fit(x, y)).rejects.toThrow(DisposedError);
    learner.dispose();
  });

  test('ends a running fit', async () => {
    const learner = await small();
    const fitting = learner.fit(x, y, { epochs: 3, callbacks: { onEpochEnd: () => learner.dispose() } });
    await expect(fitting).rejects.toThrow(DisposedError);
  });

  test('is offered as Symbol.dispose where the platform has it', async () => {
    const { dispose } = Symbol as { readonly dispose?: symbol };
    expect(dispose).toBeDefined();
    const learner = await small();
    (learner as unknown as Record<symbol, () => void>)[dispose!]();
    expect(() => learner.classNames && learner.steps).toThrow(DisposedError);
  });
});
