// A block is one unit: from a delta at its end its layers learn together, by backpropagation through these few alone.

import { describe, expect, test } from 'vitest';
import { analyse } from '../../runtime/program/analyse.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { recordLearner } from '../../src/compile/record.ts';
import {
  block,
  conv2d,
  createLearner,
  dense,
  drtp,
  flatten,
  maxPool,
  sequential,
  type LayerSpec,
  type NetworkSpec,
} from '../../src/index.ts';
import { pulled } from '../../src/layers/layer.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { spending } from '../../src/quantization/sink.ts';
import { runEverywhere, type Run } from '../program/run.ts';
import { networkAlone, randoms } from './alone.ts';

const [BATCH, FEATURES] = [3, 6];
const inside = (): LayerSpec[] => [dense(5, { activation: 'tanh' }), dense(4, { activation: 'sigmoid' })];

/**
 * One step from a delta at the end of the first four outputs: as a block, or as layers that the test walks back
 * itself.
 */
function trained(spec: NetworkSpec, weights: Readonly<Record<string, string>>): Run {
  const { program, network, input } = networkAlone(spec, BATCH);
  const delta = program.tensor({ name: 'delta', shape: [BATCH, 4], role: 'data', life: 'persistent' });
  const sink = spending(recordOptimizer(program, 'optimizer', sgd(0.5)));
  program.phase('train', () => {
    const [x, to] = [input.at(program), { training: true, sink, kernels: gradientKernels }];
    const saved = network.forward(program, x, to);
    program.compute('y', saved.output.times(1), { life: 'persistent' });
    if (network.parts.length === 1) network.back(program, saved, delta, to);
    else {
      const [first, second] = network.parts;
      const [behind, front] = [saved.inner[1], saved.inner[0]] as (typeof saved)[];
      const below = program.unit(second.name, () => pulled(program, second, behind, delta, to));
      program.unit(first.name, () => first.back(program, front, below, to));
    }
  });
  const run = runEverywhere(program);
  run.write('seed', [1]);
  run.call('prepare');
  for (const [name, stream] of Object.entries(weights)) run.write(name, randoms(run.read(name).length, stream));
  run.write('delta', randoms(BATCH * 4, 'delta'));
  run.write('input', randoms(BATCH * FEATURES, 'x'));
  run.call('train');
  return run;
}

test('learns what its layers learn one after another, bit for bit', () => {
  const names = ['dense_1', 'dense_2'].flatMap((layer) => [`${layer}/weight`, `${layer}/bias`]);
  const named = (prefix: string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`${prefix}${name}`, name]));
  const together = trained(sequential([FEATURES], [block(inside())]), named('block_1/'));
  const apart = trained(sequential([FEATURES], inside()), named(''));
  expect(together.read('y')).toEqual(apart.read('y'));
  for (const name of names) {
    expect(together.read(`block_1/${name}`), name).toEqual(apart.read(name));
    expect(apart.read(name), name).not.toEqual(randoms(apart.read(name).length, name));
  }
});

describe('in a network', () => {
  const network = sequential(
    [6, 6, 1],
    [
      block([conv2d(3, 3, { activation: 'tanh' }), maxPool(2), conv2d(8, 2, { activation: 'tanh' }), flatten()], {
        name: 'b',
      }),
      dense(7, { activation: 'tanh' }),
      dense(4),
    ],
  );

  test('it is a unit that the local rules train with one delta; it pulls inside, by kernels of its own', () => {
    const { program, network: recorded, course } = recordLearner({ network, rule: drtp() });
    expect(recorded.units.map(({ name }) => name)).toEqual(['b', 'dense_1', 'dense_2']);
    const calls = callsOf(program.phases.get('train')!);
    const pulling = calls.filter(({ kernel }) => /input_gradient|matmul_bt|pool_gradient/.test(kernel.name));
    expect(pulling.map(({ unit, layer, kernel }) => [unit, layer, kernel.name])).toEqual([
      ['b', 'b/conv2d_2', 'f32_conv2d_input_gradient'],
      ['b', 'b/maxPool_1', 'f32_max_pool_gradient'],
    ]);
    expect(course.stages).toHaveLength(1);
    const own = (3 * 3 * 1 + 1) * 3 + (2 * 2 * 3 + 1) * 8;
    const others = (8 + 1) * 7 + (7 + 1) * 4;
    const { units, largestShare, locality } = analyse(program, ['train']);
    expect({ units, locality: Object.values(locality) }).toEqual({ units: 3, locality: [false, false, false, false] });
    expect(largestShare).toBeCloseTo(Math.max(own, (8 + 1) * 7) / (own + others), 10);
  });

  test('as the last one it gives the classes, also those to come', async () => {
    const ending = sequential(
      [FEATURES],
      [dense(5, { activation: 'tanh' }), block([dense(6, { activation: 'relu' }), dense(3)])],
    );
    const learner = await createLearner({
      network: ending,
      rule: drtp(),
      classes: { names: ['a', 'b', 'c'], capacity: 5 },
    });
    learner.addClass('d');
    learner.learnOne(randoms(FEATURES, 'x'), 'd');
    expect(learner.predict(randoms(FEATURES, 'x'))).toHaveLength(4);
    expect(learner.weights()['block_1/dense_2/weight'].shape).toEqual([6, 5]);
  });
});
