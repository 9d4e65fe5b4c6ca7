// The rules of docs/write-a-rule.md learn, take the bytes that are planned, and are as local as they claim.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { poisonSteps, poisonUnits } from '../../runtime/program/poison.ts';
import { measureMemory } from '../../cli/measure-memory.ts';
import contrast from '../../docs/examples/contrast.ts';
import oneBitDrtp from '../../docs/examples/one-bit-drtp.ts';
import { analyse, recordLearner } from '../../src/author.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { createLearner, dense, drtp, flatten, recurrent, sequential, sgd, type Rule } from '../../src/index.ts';
import { batchOf, host } from '../../src/check/host.ts';
import { differentiated, randoms, type Vector } from '../layers/alone.ts';

const { train, test: unseen } = syntheticHandwriting({ train: 3000, test: 500 });

async function accuracyOf(rule: Rule, units: number, epochs: number, trainable?: string[]): Promise<number> {
  const network = sequential([28, 28, 1], [flatten(), dense(units, { activation: 'tanh' }), dense(10)]);
  const learner = await createLearner({ network, rule, trainable });
  await learner.fit(train.inputs, train.labels, { epochs });
  return learner.evaluate(unseen.inputs, unseen.labels).accuracy;
}

const total = (n: number, at: (i: number) => number): number =>
  Array.from({ length: n }, (_, i) => at(i)).reduce((sum, value) => sum + value, 0);

const small = sequential([12], [dense(9, { activation: 'tanh' }), dense(7, { activation: 'tanh' }), dense(4)]);

const classes = { names: ['a', 'b', 'c', 'd'], capacity: 6 };

describe.each(Object.entries({ oneBitDrtp, contrast: contrast() }))('%s', (_, rule) => {
  test('takes the bytes that are planned', async () => {
    const { plannedBytes, usedBytes, strayBytes } = await measureMemory({ network: small, rule, classes });
    expect([usedBytes, strayBytes]).toEqual([plannedBytes, 0]);
  });

  test('is as local as it claims', () => {
    const { program, course } = recordLearner({ network: small, rule, classes });
    expect(analyse(program, trainingPhases(course))).toMatchObject({ locality: rule.locality, units: 3 });
  });

  test('no step and no unit notices poison', async () => {
    const subject = host({ network: small, rule, classes, batchSize: 5 }, 'simd128', { share: false });
    subject.train(batchOf(small, 5, 0, 4), 4);
    for (const phase of trainingPhases(subject.course)) {
      const options = { ...subject, features: 'simd128', phase, before: subject.bytes } as const;
      expect(await poisonSteps(options)).toEqual([]);
      expect(await poisonUnits(options)).toEqual([]);
    }
  });
});

test('the page tells the bytes that its first command plans', async () => {
  const network = sequential([28, 28, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(10)]);
  const { plannedBytes } = await measureMemory({ network, rule: oneBitDrtp });
  const page = readFileSync('docs/write-a-rule.md', 'utf8');
  expect(page).toContain(`The first plans ${plannedBytes.toLocaleString('en')} bytes`);
});

test('one-bit DRTP learns synthetic handwriting to 80 % in two epochs', async () => {
  expect(await accuracyOf(oneBitDrtp, 100, 2)).toBeGreaterThan(0.8);
});

test('30 units that contrast are at 80 %, and 15 points above 30 that stand still', async () => {
  const accuracy = await accuracyOf(contrast(), 30, 6);
  expect(accuracy).toBeGreaterThan(0.8);
  expect(accuracy).toBeGreaterThan((await accuracyOf(drtp(), 30, 6, ['dense_2'])) + 0.15);
});

test('one step of contrast is the gradient of L within 1e-4 of central differences', async () => {
  const [inputs, units, samples] = [3, 4, 2];
  const learner = await createLearner({
    network: sequential([inputs], [dense(units, { activation: 'tanh' }), dense(2)]),
    rule: contrast({ optimizer: sgd(1) }),
    batchSize: samples,
  });
  const x = randoms(samples * inputs, 'x');
  // of two classes the wrong one is known
  const labels = [1, 0];
  const of = (name: string): Vector => learner.weights()[`dense_1/${name}`].values;
  const [before, patterns] = [of('weight'), of('pattern/weight')];
  const goodness = (W: Vector, P: Vector, b: number, c: number): number =>
    total(units, (o) => {
      const z = total(inputs, (i) => (x[b * inputs + i] + P[c * inputs + i]) * W[i * units + o]);
      return Math.tanh(z) ** 2 / units;
    });
  const loss = (W: Vector, P: Vector): number =>
    total(samples, (b) => {
      const [right, wrong] = [labels[b], 1 - labels[b]].map((c) => goodness(W, P, b, c));
      return Math.log1p(Math.exp(4 * (wrong - right))) / samples;
    });
  learner.trainOnBatch(x, labels);
  differentiated((W) => loss(W, patterns), before).forEach((gradient, i) => {
    expect(before[i] - of('weight')[i], `W ${i}`).toBeCloseTo(gradient, 4);
  });
  differentiated((P) => loss(before, P), patterns).forEach((gradient, i) => {
    expect(patterns[i] - of('pattern/weight')[i], `P ${i}`).toBeCloseTo(gradient, 4);
  });
});

test('contrast refuses time', () => {
  const network = sequential([3], [recurrent(dense(4)), dense(2)], { steps: 5 });
  expect(() => recordLearner({ network, rule: contrast() })).toThrow('contrast passes a layer twice');
});
