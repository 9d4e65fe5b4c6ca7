// SLTT against the paper in double precision, and at drawn steps.

import { describe, expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { drawnSteps } from '../../src/forward-only/parts/drawn-steps.ts';
import { backprop, createLearner, dense, lif, sequential, sgd, sltt } from '../../src/index.ts';
import { back, descend, distance, plus, product, rowsOf, softmax, weightsOf, type Vector } from './doubles.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import { runEverywhere } from '../program/run.ts';

const RATE = 0.5;
const BATCH = 5;

describe('one update, within 1e-6 of the paper in double precision', () => {
  test.each(['soft', 'hard'] as const)('%s reset', async (reset) => {
    const steps = 6;
    const [decay, threshold] = [0.7, 0.4];
    const layers = [dense(8), lif({ decay, threshold, reset }), dense(3)];
    const network = sequential([4], layers, { steps, input: 'still' });
    const learner = await createLearner({ network, rule: sltt({ optimizer: sgd(RATE) }), batchSize: BATCH });
    const { input, label } = batchOf(network, BATCH, 0, 3);
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);

    const [W1, W2] = [rowsOf(before['dense_1/weight'], 8), rowsOf(before['dense_2/weight'], 3)];
    const learned = Object.fromEntries(
      Object.entries(before).map(([name, { length }]) => [name, new Array(length).fill(0)]),
    );
    let spikes = 0;
    for (const [sample, x] of rowsOf(input, 4).entries()) {
      let v: Vector = new Array(8).fill(0);
      for (let step = 0; step < steps; step++) {
        const u = plus(
          plus(product(x, W1), before['dense_1/bias']),
          v.map((rest) => decay * rest),
        );
        const s = u.map((potential) => (potential > threshold ? 1 : 0));
        v = u.map((potential, unit) =>
          reset === 'soft' ? potential - threshold * s[unit] : potential * (1 - s[unit]),
        );
        spikes += s.reduce((sum: number, spike) => sum + spike, 0);
        const output = plus(product(s, W2), before['dense_2/bias']);
        const delta2 = softmax(output).map((share, at) => (share - (at === label[sample] ? 1 : 0)) / BATCH / steps);
        const slope = u.map((potential) => Math.max(0, 1 - Math.abs(potential - threshold)));
        const delta1 = back(delta2, W2).map((pulled, unit) => pulled * slope[unit]);
        add(learned['dense_1/weight'], x, delta1);
        add(learned['dense_1/bias'], [1], delta1);
        add(learned['dense_2/weight'], s, delta2);
        add(learned['dense_2/bias'], [1], delta2);
      }
    }
    expect(spikes).toBeGreaterThan(BATCH * steps);
    expect(distance(weightsOf(learner), descend(before, learned, RATE))).toBeLessThan(1e-6);
  });
});

/** sum += x^T d. */
function add(sum: number[], x: Vector, d: Vector): void {
  for (const [row, value] of x.entries())
    for (const [column, by] of d.entries()) sum[row * d.length + column] += value * by;
}

test.each(['dense', 'convolutional', 'residual'])('without time it is backpropagation: %s network', async (name) => {
  const network = networks[name];
  const { input, label } = batchOf(network, BATCH, 0, 4);
  const optimizer = sgd(0.1, { momentum: 0.9 });
  const hashes = [sltt({ optimizer }), backprop({ optimizer })].map(async (rule) => {
    const learner = await createLearner({ network, rule, batchSize: BATCH });
    for (let step = 0; step < 3; step++) learner.trainOnBatch(input, label);
    return learner.weightHash();
  });
  const [ours, theirs] = await Promise.all(hashes);
  expect(ours).toBe(theirs);
});

describe('SLTT-K', () => {
  const network = sequential([6], [dense(8), lif({ threshold: 0.4 }), dense(3)], { steps: 5, input: 'still' });
  const changes = async (k?: number, steps = 1) => {
    const learner = await createLearner({ network, rule: sltt({ optimizer: sgd(1), k }), batchSize: BATCH });
    return Array.from({ length: steps }, (_, step) => {
      const { input, label } = batchOf(network, BATCH, step, 3);
      const before = weightsOf(learner);
      learner.trainOnBatch(input, label);
      return { before, after: weightsOf(learner) };
    });
  };

  test('at all steps is SLTT', async () => {
    expect(await changes(5, 3)).toEqual(await changes(undefined, 3));
  });

  test('of one step learns from another one in every training step, each as often', async () => {
    const [every, one] = [await changes(undefined), await changes(1)];
    expect(distance(one[0].after, every[0].after)).toBeGreaterThan(0.01);
    const p = new Program();
    const steps = 6;
    const [counts, sets] = ['counts', 'sets'].map((name) =>
      p.tensor({ name, shape: [steps, 1, 1], role: 'data', life: 'persistent' }),
    );
    p.phase('draw', () => {
      p.zero(sets);
      const drawn = drawnSteps(p, 2);
      p.time(constant(steps), 'forward', (at) => {
        drawn(at, () => {
          for (const each of [counts, sets]) p.write(each.slot(at.turn), each.slot(at.turn).plus(1));
        });
      });
    });
    const run = runEverywhere(p);
    for (let step = 0; step < 600; step++) {
      run.write('step', [step]);
      for (const name of ['counts', 'sets']) if (step === 0) run.write(name, new Float32Array(steps));
      run.call('draw');
      expect(run.read('sets').reduce((sum, taken) => sum + taken, 0)).toBe(2);
    }
    for (const count of run.read('counts')) expect(Math.abs(count - 200)).toBeLessThan(45);
  });

  test('refuses more steps than there are', async () => {
    await expect(changes(6)).rejects.toThrow("sltt: k is 6, wanted at most the network's steps, 5");
    expect(() => sltt({ k: 0 })).toThrow('sltt: k is 0');
  });
});
