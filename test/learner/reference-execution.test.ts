// Reference execution: the same bits as compiled, values kept on the way, and the first NaN by name.

import { expect, test } from 'vitest';
import { defineRule, layerwise, Scalar } from '../../src/author.ts';
import { conv2d, createLearner, dense, flatten, maxPool, sequential, sgd, tpsgd } from '../../src/index.ts';
import { NotANumberError, referenceExecution } from '../../src/reference.ts';
import { FEATURES, rules, small, smallData } from './small.ts';

const { x, y } = smallData(20);

test.each(Object.keys(rules))('%s: the same bits as compiled', async (rule) => {
  const learners = [
    await small({ rule: rules[rule]() }),
    await small({
      rule: rules[rule](),
      execution: referenceExecution({ refuseNaN: true }),
    }),
  ];
  for (const each of learners) {
    await each.fit(x, y, { epochs: 2 });
    each.addClass('dog');
    each.learnOne(x.subarray(0, FEATURES), 'dog');
    await each.resize({ classes: 9 });
    each.learnOne(x.subarray(0, FEATURES), 'dog');
  }
  const [compiled, referred] = learners;
  expect(referred.save()).toEqual(compiled.save());
  expect(referred.predict(x)).toEqual(compiled.predict(x));
});

test('keeps values that the plan overwrites', async () => {
  const network = sequential([6, 6, 1], [conv2d(2, 3, { activation: 'relu' }), maxPool(2), flatten(), dense(3)]);
  const execution = referenceExecution({ keep: ['conv2d_1/output', 'dense_1/weight'] });
  const learner = await createLearner({ network, rule: tpsgd({ optimizer: sgd(0.1) }), batchSize: 4, execution });
  const images = Float32Array.from({ length: 3 * 36 }, (_, i) => (i * 7) % 11);
  learner.trainOnBatch(images, [0, 1, 2]);
  const { shape, values } = execution.kept.get('conv2d_1/output')!;
  expect(shape).toEqual([3, 4, 4, 2]);
  const before = await createLearner({ network, rule: tpsgd({ optimizer: sgd(0.1) }), batchSize: 4 });
  const {
    'conv2d_1/weight': { values: weight },
  } = before.weights();
  let sum = 0;
  for (let tap = 0; tap < 9; tap++) sum += images[Math.floor(tap / 3) * 6 + (tap % 3)] * weight[tap * 2];
  expect(values[0]).toBeCloseTo(Math.max(sum, 0), 4);
  expect(execution.kept.get('dense_1/weight')!.values).toEqual(learner.weights()['dense_1/weight'].values);
});

test('refuses to keep what there is not, naming what there is', async () => {
  const execution = referenceExecution({ keep: ['dense_7/output'] });
  await expect(small({ execution })).rejects.toThrow(/no buffer 'dense_7\/output' to keep: .*dense_1\/output/);
});

test('the first NaN names kernel, layer and the line of the rule, before it spreads', async () => {
  const rule = defineRule({
    ...tpsgd({ optimizer: sgd(0.1) }),
    record: (p, net, context) =>
      layerwise(p, net, context, {
        delta: (_, output) => output.minus(output).over(new Scalar(context.batch).times(0)),
      }),
  });
  const learner = await small({ rule, execution: referenceExecution({ refuseNaN: true }) });
  let error: unknown;
  try {
    learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(NotANumberError);
  expect(String(error)).toMatch(/f32_map_\w+ of dense_1 wrote NaN to 'out'\[0\], recorded at .*forward-only.*:\d+/);
});

test('stops before any call', async () => {
  const calls: string[] = [];
  const learner = await small({ execution: referenceExecution({ before: ({ kernel }) => calls.push(kernel.name) }) });
  calls.length = 0;
  learner.predict(x);
  expect(calls.slice(0, 2)).toEqual(['f32_matmul_bias_identity', expect.stringMatching('f32_map')]);
});
