// The layer of docs/write-a-layer.md: its equation, its gradients through time, its word, and that it helps.

import { expect, test } from 'vitest';
import { compileForm } from '../../cli/word-form.ts';
import { trace, traceWord } from '../../docs/examples/trace.ts';
import network from '../../docs/examples/trace-network.ts';
import { adam, backprop, createLearner, dense, last, mean, monoForward, sequential, sgd } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { differentiated, randoms, type Vector } from '../layers/alone.ts';

const [STEPS, INPUTS, UNITS, CLASSES, BATCH, DECAY] = [5, 2, 3, 2, 2, 0.6];
const x = randoms(BATCH * STEPS * INPUTS, 'x');
const labels = [1, 0];

type Values = Record<string, Vector>;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const total = (n: number, at: (i: number) => number): number => range(n).reduce((sum, i) => sum + at(i), 0);

/** The mean cross-entropy of dense(tanh), trace, last, dense, in double precision. */
function lossOf(weights: Values): number {
  const at = (name: string): Vector => weights[name];
  return total(BATCH, (b) => {
    const traces = range(UNITS).map((u) =>
      range(STEPS).reduce((y, t) => {
        const z = total(INPUTS, (i) => x[(b * STEPS + t) * INPUTS + i] * at('dense_1/weight')[i * UNITS + u]);
        return DECAY * y + (1 + at('trace_1/gain')[u]) * Math.tanh(z + at('dense_1/bias')[u]);
      }, 0),
    );
    const logits = range(CLASSES).map(
      (c) => at('dense_2/bias')[c] + total(UNITS, (u) => traces[u] * at('dense_2/weight')[u * CLASSES + c]),
    );
    return (Math.log(total(CLASSES, (c) => Math.exp(logits[c]))) - logits[labels[b]]) / BATCH;
  });
}

test('through time it learns and hands back the gradient within 1e-4 of central differences', async () => {
  const learner = await createLearner({
    network: sequential([INPUTS], [dense(UNITS, { activation: 'tanh' }), trace(DECAY), last(), dense(CLASSES)], {
      steps: STEPS,
    }),
    rule: backprop({ optimizer: sgd(1) }),
    batchSize: BATCH,
  });
  const values = (): Values =>
    Object.fromEntries(Object.entries(learner.weights()).map(([name, weight]) => [name, weight.values]));
  learner.setWeights({ 'trace_1/gain': [0.5, -0.25, 0.125] });
  const before = values();
  const { loss } = learner.trainOnBatch(x, labels);
  const after = values();
  expect(loss).toBeCloseTo(lossOf(before), 5);
  for (const name of ['trace_1/gain', 'dense_1/weight']) {
    const wanted = differentiated((moved) => lossOf({ ...before, [name]: moved }), before[name]);
    wanted.forEach((gradient, i) => {
      expect(before[name][i] - after[name][i], `${name} ${i}`).toBeCloseTo(gradient, 4);
    });
  }
});

test('a decay of 1 is refused when the network is declared', () => {
  expect(() => sequential([3], [trace(1)], { steps: 2 })).toThrow('trace_1: decay is 1, wanted a finite number');
});

test('its word reads', () => {
  expect(compileForm(traceWord.form)('trace0.9')).toMatchObject({ D: 0.9 });
});

test.each(Object.entries({ backprop, monoForward }))('%s learns by it more than without', async (_, rule) => {
  const { train, test: unseen } = syntheticHandwriting({ train: 2000, test: 300 });
  const without = sequential([28], [dense(100, { activation: 'tanh' }), mean(), dense(10)], { steps: 28 });
  const accuracies: number[] = [];
  for (const tried of [network, without]) {
    const learner = await createLearner({ network: tried, rule: rule({ optimizer: adam(0.003) }) });
    await learner.fit(train.inputs, train.labels, { epochs: 3 });
    accuracies.push(learner.evaluate(unseen.inputs, unseen.labels).accuracy);
  }
  expect(accuracies[0]).toBeGreaterThan(0.3);
  expect(accuracies[0]).toBeGreaterThan(accuracies[1] + 0.05);
});
