// What a spiking network does while it answers: spikes and potentials against the equation, operations counted by hand.

import { expect, test } from 'vitest';
import {
  backprop,
  block,
  ConfigurationError,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  events,
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
  // 3 windows along an axis reach each of the 3 inner places, 2 the others
  const pairs = 2 * (3 + 3 + 3 + 2 + 2) ** 2;
  expect(denseOperations).toBe(steps * (pairs + 54 * 4));
  const spikes = Object.values(layers).map((raster) => raster.spikes);
  // the recurrent layer sees its own spikes of the steps before: all but those of the last
  const own = spikes[1].filter((_, at) => at % (steps * 4) < (steps - 1) * 4);
  expect(synapticOperations).toBeCloseTo(steps * pairs + (4 * (total(spikes[0]) + total(own))) / SAMPLES, 3);
});

test.each([
  [
    'a border of zeros',
    conv2d(3, 3, { padding: 'same' }),
    { size: [3, 3], stride: [1, 1], before: 1, windows: [6, 6], each: 3 },
  ],
  [
    'places left out',
    conv2d(3, [1, 2], { stride: [2, 3] }),
    { size: [1, 2], stride: [2, 3], before: 0, windows: [3, 2], each: 3 },
  ],
  ['a channel each', depthwiseConv2d(3), { size: [3, 3], stride: [1, 1], before: 0, windows: [4, 4], each: 1 }],
])('operations of a convolution are those of its windows, one by one: %s', async (_, layer, geometry) => {
  const [steps, side, channels] = [2, 6, 2];
  const { size, stride, before, windows, each } = geometry;
  const layers = [events(), layer, lif({ threshold: 0.1 }), flatten(), dense(2)];
  const { input, seen } = await observed(sequential([side, side, channels], layers, { steps }));
  const upTo = (count: number): number[] => Array.from({ length: count }, (_value, at) => at);
  /** In one frame, by the inputs that are on. */
  const operations = (isOn: (at: number) => boolean): number =>
    total(
      upTo(windows[0]).flatMap((row) =>
        upTo(windows[1]).flatMap((column) =>
          upTo(size[0] * size[1] * channels).map((at) => {
            const [channel, across, down] = [at, at / channels, at / channels / size[1]].map(Math.floor);
            const y = row * stride[0] + down - before;
            const x = column * stride[1] + (across % size[1]) - before;
            const isInside = y >= 0 && x >= 0 && y < side && x < side;
            return isInside && isOn((y * side + x) * channels + (channel % channels)) ? each : 0;
          }),
        ),
      ),
    );
  const frame = side * side * channels;
  const counted = upTo(SAMPLES * steps).map((at) => operations((feature) => input[at * frame + feature] > 0));
  const { shape, spikes } = seen.layers.lif_1;
  expect(seen.synapticOperations).toBeCloseTo((total(counted) + 2 * total(spikes)) / SAMPLES, 3);
  expect(seen.denseOperations).toBe(steps * (operations(() => true) + 2 * shape[2]));
});

test('steps that a sequence does not have are none', async () => {
  const layers = [dense(5), lif({ threshold: 0.1 }), dense(2)];
  const varying = sequential([4], layers, { steps: 5, varying: true });
  const { learner, input } = await observed(varying);
  const two = Array.from({ length: SAMPLES }, (_, at) => input.subarray(at * 20, at * 20 + 8));
  const { layers: seen, ...activity } = await observe(varying, learner.weights(), two);
  const fixed = sequential([4], layers, { steps: 2 });
  const { layers: wanted, ...told } = await observe(fixed, learner.weights(), two);
  expect(activity).toEqual(told);
  expect(total(seen.lif_1.spikes)).toBe(total(wanted.lif_1.spikes));
});

test.each([
  ['time', sequential([4], [dense(3), dense(2)])],
  ['neurons', sequential([4], [dense(3), dense(2)], { steps: 3, input: 'still' })],
])('refuses a network without %s', async (_, network) => {
  await expect(observed(network)).rejects.toThrow(ConfigurationError);
});
