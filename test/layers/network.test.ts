// A network as a rule sees it: units and passages, what joins a unit, who gives the outputs; and what declarations
// leave out: biases, and the training of a layer.

import { describe, expect, test } from 'vitest';
import { callsOf, usesOf } from '../../runtime/program/op.ts';
import { recordLearner } from '../../src/compile/record.ts';
import {
  adam,
  averagePool,
  backprop,
  block,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  drtp,
  dropout,
  flatten,
  globalAveragePool,
  last,
  layerNormalize,
  lif,
  maxPool,
  mean,
  rate,
  recurrent,
  residual,
  sequential,
  ShapeError,
  tpsgd,
  type LayerSpec,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';
import { networkAlone, randoms } from './alone.ts';

/** The parts as text: `dense_1+lif_1` is a unit, `(maxPool_1+dropout_1)` a passage. */
const partsOf = (spec: NetworkSpec): string[] =>
  networkAlone(spec, 2).network.parts.map(({ layers, learns }) => {
    const names = layers.map(({ name }) => name).join('+');
    return learns ? names : `(${names})`;
  });

describe('a tensor is walked through', () => {
  /** Records a walk through a tensor: the names of the parts it visits, and the shape that comes out. */
  function walked(spec: NetworkSpec): [parts: string[], features: number] {
    const { program, network } = networkAlone(spec, 2);
    const parts: string[] = [];
    let features = 0;
    program.phase('walk', () => {
      const x = program.tensor({ name: 'x', shape: [2, 4], role: 'activation' });
      program.zero(x);
      features = network.walk(program, x, { training: false }, ({ name }) => {
        parts.push(name);
        return undefined;
      }).features.offset;
    });
    return [parts, features];
  }

  test('part by part, as the input is', () => {
    expect(walked(sequential([4], [dense(3), layerNormalize(), dense(5)]))).toEqual([
      ['dense_1', 'layerNormalize_1', 'dense_2'],
      5,
    ]);
  });

  test('but not where there is time', () => {
    expect(() => walked(sequential([4], [dense(3), last(), dense(5)], { steps: 6 }))).toThrow(
      "the network has 6 steps, and 'x' is one: wanted an Input",
    );
  });
});

describe('a network is parted into units and passages', () => {
  test.each<[what: string, spec: NetworkSpec, parts: string[]]>([
    ['each layer with weights alone', sequential([4], [dense(3), dense(2)]), ['dense_1', 'dense_2']],
    [
      'what stands between two units is one passage',
      sequential([8, 8, 1], [conv2d(2, 3), maxPool(2), dropout(0.1), flatten(), dense(3)]),
      ['conv2d_1', '(maxPool_1+dropout_1+flatten_1)', 'dense_1'],
    ],
    [
      'before the first and behind the last too',
      sequential([4], [layerNormalize(), dropout(0.1), dense(3), dense(2), layerNormalize()]),
      ['(layerNormalize_1+dropout_1)', 'dense_1', 'dense_2', '(layerNormalize_2)'],
    ],
    [
      'a nonlinearity joins the layer before it, and another one that',
      sequential([4], [dense(3), lif(), lif(), layerNormalize(), dense(2), lif()], { steps: 2 }),
      ['dense_1+lif_1+lif_2', '(layerNormalize_1)', 'dense_2+lif_3'],
    ],
    [
      'but no passage: without weights there is nothing to learn with',
      sequential([4], [lif(), layerNormalize(), lif(), dense(2)], { steps: 2 }),
      ['(lif_1+layerNormalize_1+lif_2)', 'dense_1'],
    ],
    [
      'a block and a way around it are one each',
      sequential([4], [block([dense(3), dense(4)]), residual([dense(2), dense(4)]), dense(2)]),
      ['block_1', 'residual_1', 'dense_1'],
    ],
    [
      'time ends between parts',
      sequential([4], [rate(), dense(3), layerNormalize(), mean(), layerNormalize(), dense(2)], { steps: 3 }),
      ['(rate_1)', 'dense_1', '(layerNormalize_1)', '(mean_1)', '(layerNormalize_2)', 'dense_2'],
    ],
  ])('%s', (_, spec, parts) => {
    expect(partsOf(spec)).toEqual(parts);
  });

  test('the last unit is the one that gives the outputs', () => {
    const { network } = networkAlone(sequential([4], [dense(3), dense(2), layerNormalize()]), 1);
    expect(network.parts.map(({ last: isLast }) => isLast)).toEqual([false, true, false]);
    expect(network.units.map(({ name }) => name)).toEqual(['dense_1', 'dense_2']);
    expect(network.weights.map(({ name }) => name)).toEqual(
      ['dense_1', 'dense_2'].flatMap((name) => [`${name}/weight`, `${name}/bias`]),
    );
  });

  test('parts in time and behind it', () => {
    const layers = [recurrent(dense(3)), last(), layerNormalize(), dense(2)];
    const { network } = networkAlone(sequential([4], layers, { steps: 3 }), 1);
    expect(network.parts.map(({ name, timed }) => [name, timed])).toEqual([
      ['recurrent_1', true],
      ['last_1', true],
      ['layerNormalize_1', false],
      ['dense_1', false],
    ]);
    expect(network.timeEnds).toBe(true);
    const open = networkAlone(sequential([4], [dense(2)], { steps: 3 }), 1).network;
    expect([open.timeEnds, open.parts[0].timed]).toEqual([false, true]);
  });
});

describe('the outputs are refused', () => {
  const compile = (network: NetworkSpec) => (): unknown => recordLearner({ network, rule: tpsgd() });

  test('of a network that cannot learn', () => {
    const why = 'the network has no layer with weights, so nothing could learn';
    expect(compile(sequential([4], [layerNormalize()]))).toThrow(new ShapeError(why));
  });

  test.each<[string, LayerSpec[]]>([
    ['conv2d_1', [conv2d(3, 2), globalAveragePool()]],
    ['residual_1', [flatten(), residual([dense(16)])]],
    ['wide', [flatten(), dense(16), residual([layerNormalize()], { mode: 'concatenate', name: 'wide' })]],
  ])('of %s, which does not give one for each class', (name, layers) => {
    expect(compile(sequential([4, 4, 1], layers))).toThrow(ShapeError);
    expect(compile(sequential([4, 4, 1], layers))).toThrow(
      `the network ends with '${name}', wanted a layer that gives`,
    );
  });
});

// ---- bias: false ---------------------------------------------------------------------------------------------------

const image = sequential(
  [7, 6, 2],
  [
    conv2d(9, [3, 2], { stride: [2, 1], activation: 'tanh', bias: false }),
    depthwiseConv2d([1, 3], { stride: [1, 2], padding: 'same', activation: 'relu', bias: false }),
    averagePool([3, 1]),
    flatten(),
    dense(3, { bias: false }),
  ],
);

const rules: Readonly<Record<string, () => Rule>> = {
  backprop: () => backprop({ optimizer: adam(0.01) }),
  tpsgd: () => tpsgd(),
  drtp: () => drtp(),
};

describe.each(Object.entries(rules))('without biases, in rectangular windows: %s', (_, rule) => {
  test('there are none, nothing is kept of them, and the weights learn', async () => {
    const learner = await createLearner({ network: image, rule: rule(), batchSize: 4 });
    expect(Object.entries(learner.weights()).map(([name, { shape }]) => [name, [...shape]])).toEqual([
      ['conv2d_1/weight', [3, 2, 2, 9]],
      ['depthwiseConv2d_1/weight', [1, 3, 9]],
      ['dense_1/weight', [27, 3]],
    ]);
    expect(image.parameterCount).toBe(3 * 2 * 2 * 9 + 3 * 9 + 27 * 3);
    expect(learner.compiled.memory.buffers.filter(({ name }) => /bias/i.test(name))).toEqual([]);
    const before = learner.weights();
    const [x, labels] = [randoms(4 * 7 * 6 * 2, 'image'), [0, 1, 2, 0]];
    const first = learner.evaluate(x, labels).loss;
    for (let step = 0; step < 30; step++) learner.trainOnBatch(x, labels);
    expect(learner.evaluate(x, labels).loss).toBeLessThan(0.8 * first);
    for (const [name, { values }] of Object.entries(learner.weights())) {
      expect(values, name).not.toEqual(before[name].values);
    }
  });
});

// ---- trained: false ------------------------------------------------------------------------------------------------

const fixed = (trained: boolean): NetworkSpec =>
  sequential(
    [6, 6, 1],
    [
      conv2d(8, 3, { activation: 'tanh', trained }),
      maxPool(2),
      flatten(),
      dense(7, { activation: 'tanh', trained }),
      dense(6, { activation: 'tanh' }),
      dense(3),
    ],
  );

describe.each(Object.entries(rules))('a layer that is not trained: %s', (_, rule) => {
  const frozen = ['conv2d_1/weight', 'conv2d_1/bias', 'dense_1/weight', 'dense_1/bias'];

  test('keeps its first weights, which no checkpoint holds', async () => {
    const learner = await createLearner({ network: fixed(false), rule: rule(), batchSize: 4 });
    const [before, saved] = [learner.weights(), learner.save().length];
    for (let step = 0; step < 3; step++) learner.trainOnBatch(randoms(4 * 36, 'image'), [0, 1, 2, 0]);
    for (const [name, { values }] of Object.entries(learner.weights())) {
      if (frozen.includes(name)) expect(values, name).toEqual(before[name].values);
      else expect(values, name).not.toEqual(before[name].values);
    }
    const trained = await createLearner({ network: fixed(true), rule: rule(), batchSize: 4 });
    expect(trained.weights()).toEqual(before);
    const values = frozen.reduce((total, name) => total + before[name].values.length, 0);
    expect(trained.save().length - saved).toBeGreaterThanOrEqual(4 * values);
    expect(learner.compiled.weights.flatMap(({ name, trained: is }) => (is ? [] : [name]))).toEqual(frozen);
    const restored = await createLearner({
      network: fixed(false),
      rule: rule(),
      batchSize: 4,
      restore: learner.save(),
    });
    expect(restored.weights()).toEqual(learner.weights());
  });

  test('costs no gradient, no delta and no optimizer state', () => {
    const { program, plan } = recordLearner({ network: fixed(false), rule: rule() });
    const written = callsOf(program.phases.get('train')!)
      .filter(({ unit }) => unit !== null && ['conv2d_1', 'maxPool_1', 'dense_1'].includes(unit))
      .flatMap(usesOf)
      .flatMap(({ buffer, writes }) => (writes ? [buffer.name] : []));
    expect(written.filter((name) => !/\/(output|scratch)$/.test(name))).toEqual([]);
    const state = [...plan.addresses.keys()].filter(({ name }) =>
      frozen.some((weight) => name.startsWith(`${weight}/`)),
    );
    expect(state).toEqual([]);
  });
});

test('layer by layer, what is not trained has no stage', () => {
  const { course } = recordLearner({ network: fixed(false), rule: tpsgd({ order: 'greedy' }) });
  expect(course.stages.map(({ step, until }) => [step, until])).toEqual([
    ['train/dense_2', { share: 1 / 2 }],
    ['train/dense_3', { share: 1 / 2 }],
  ]);
});
