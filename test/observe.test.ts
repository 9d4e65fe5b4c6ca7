// What a spiking network does while it answers: spikes and potentials against the equation, operations counted by hand.

import { expect, test } from 'vitest';
import {
  backprop,
  block,
  ConfigurationError,
  conv2d,
  createLearner,
  dense,
  flatten,
  lif,
  mean,
  observe,
  recurrent,
  sequential,
  type NetworkSpec,
} from '../src/index.ts';
import { batchOf } from '../src/check/host.ts';

const SAMPLES = 3;
const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

async function observed(network: NetworkSpec) {
  const learner = await createLearner({ network, rule: backprop(), batchSize: 2 });
  const { input } = batchOf(network, SAMPLES, 0, 2);
  return { input, learner, seen: await observe(network, learner.weights(), input) };
}

test('spikes where the potential is above the threshold, what is left goes on; a learner behind them answers alike', async () => {
  const [steps, neurons, decay, threshold] = [6, 5, 0.8, 0.3];
  const layers = [dense(neurons), lif({ decay, threshold }), dense(2)];
  const network = sequential([4], layers, { steps, input: 'still' });
  const { input, learner, seen } = await observed(network);
  const { shape, spikes, potentials } = seen.layers.lif_1;
  expect(shape).toEqual([SAMPLES, steps, neurons]);
  const { values: weight } = learner.weights()['dense_1/weight'];
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (let neuron = 0; neuron < neurons; neuron++) {
      const x = [0, 1, 2, 3].reduce((sum, at) => sum + input[sample * 4 + at] * weight[at * neurons + neuron], 0);
      let left = 0;
      for (let step = 0; step < steps; step++) {
        const at = (sample * steps + step) * neurons + neuron;
        const u = decay * left + x;
        expect(potentials[at]).toBeCloseTo(u, 5);
        expect(spikes[at]).toBe(u > threshold ? 1 : 0);
        left = u - threshold * spikes[at];
      }
    }
  }
  expect(seen.sparsity).toBeCloseTo(1 - total(spikes) / spikes.length, 6);
  expect(seen.sparsity).toBeGreaterThan(0);
  expect(seen.denseOperations).toBe(steps * (4 * neurons + neurons * 2));
  expect(seen.synapticOperations).toBeCloseTo(steps * 4 * neurons + (2 * total(spikes)) / SAMPLES, 3);
});

test('room for classes to come changes nothing that is seen', async () => {
  const network = sequential([4], [dense(5), lif({ threshold: 0.3 }), dense(2)], { steps: 4, input: 'still' });
  const classes = { names: ['a', 'b'], capacity: 9 };
  const learner = await createLearner({ network, rule: backprop(), classes });
  const { input, seen } = await observed(network);
  expect(await observe(network, learner.weights(), input)).toEqual(seen);
});

test('neurons in images and in recurrent layers are seen too, behind the end of time nothing is', async () => {
  const steps = 3;
  const image = [conv2d(2, 3, { padding: 'same' }), lif({ threshold: 0.2 }), flatten()];
  const cell = block([dense(4), lif({ threshold: 0.2 })]);
  const network = sequential([5, 5, 1], [...image, recurrent(cell), mean(), dense(2)], { steps, input: 'still' });
  const { layers, denseOperations, synapticOperations } = (await observed(network)).seen;
  const shapes = Object.entries(layers).map(([name, { shape }]) => [name, ...shape]);
  expect(shapes).toEqual([
    ['lif_1', SAMPLES, steps, 50],
    ['recurrent_1/block_1/lif_1', SAMPLES, steps, 4],
  ]);
  expect(denseOperations).toBe(steps * (50 * 9 + 54 * 4));
  const spikes = Object.values(layers).map((raster) => raster.spikes);
  // the recurrent layer sees its own spikes of the steps before: all but those of the last
  const own = spikes[1].filter((_, at) => at % (steps * 4) < (steps - 1) * 4);
  expect(synapticOperations).toBeCloseTo(steps * 50 * 9 + (4 * (total(spikes[0]) + total(own))) / SAMPLES, 3);
});

test.each([
  ['time', sequential([4], [dense(3), dense(2)])],
  ['neurons', sequential([4], [dense(3), dense(2)], { steps: 3, input: 'still' })],
])('refuses a network without %s', async (_, network) => {
  await expect(observed(network)).rejects.toThrow(ConfigurationError);
});
