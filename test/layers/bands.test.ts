// A tall image learns band by band of its rows what it learns as a whole, bit by bit; its delta may be one of cells.

import { expect, test } from 'vitest';
import { along, view } from '../../runtime/program/buffer.ts';
import { Cells } from '../../runtime/program/leaves.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { f32_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient.ts';
import { f32_depthwise_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient.ts';
import { conv2d, depthwiseConv2d } from '../../src/layers/index.ts';
import { slide, type Padding } from '../../src/layers/parts/sliding.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { spending } from '../../src/quantization/sink.ts';
import { runEverywhere } from '../program/run.ts';
import { alone, randoms } from './alone.ts';

const [HEIGHT, WIDTH, CHANNELS, BATCH, CELL] = [171, 9, 8, 1, 5];

const layers = {
  conv2d: { spec: conv2d, kernel: f32_conv2d_weight_gradient, more: { dzStride: CHANNELS } },
  depthwiseConv2d: {
    spec: (_: number, ...args: Parameters<typeof depthwiseConv2d>) => depthwiseConv2d(...args),
    kernel: f32_depthwise_conv2d_weight_gradient,
    more: { batch: 1 },
  },
} as const;

const ways = Object.entries(layers).flatMap(([type, layer]) =>
  ([1, 2] as const).flatMap((stride) =>
    (['same', 'valid'] as const).map((padding: Padding) => ({ type, ...layer, stride, padding })),
  ),
);

test.each(ways)('$type, stride $stride, $padding', ({ spec, kernel, more, stride, padding }) => {
  const p = new Program();
  const inputShape = [HEIGHT, WIDTH, CHANNELS];
  const { sizes } = slide(inputShape, { name: 'layer', window: 3, stride, padding });
  const { outHeight: height, outWidth: width } = sizes;
  const lasting = (name: string, shape: readonly number[]) =>
    p.tensor({ name, shape, role: 'data', life: 'persistent' });
  const [x, cells] = [lasting('x', [BATCH, ...inputShape]), [BATCH, Math.ceil(height / CELL), 1, CHANNELS]];
  const grid = { height, width, cellHeight: CELL, cellWidth: width, top: 0, left: 0 };
  const delta = new Cells(lasting('cells', cells), grid);
  const layer = alone(p, spec(CHANNELS, 3, { stride, padding }), inputShape, BATCH);
  const gradient = lasting('gradient', [layer.weights[0].rows * CHANNELS]);
  const sink = spending(recordOptimizer(p, 'optimizer', sgd(1)));
  p.phase('prepare', () => p.unit(layer.name, () => layer.weights.forEach((weight) => weight.initialize(p))));
  p.phase('bands', () =>
    p.unit(layer.name, () => layer.back(p, layer.forward(p, x, { training: true }), delta, { training: true, sink })),
  );
  p.phase('whole', () => {
    const dz = p.compute('whole', delta);
    p.loop(BATCH, (sample) => {
      const parts = {
        x: x.at(along(sample, HEIGHT * WIDTH * CHANNELS)),
        dz: dz.at(along(sample, height * width * CHANNELS)),
      };
      p.call(kernel, { gradient: view(gradient.buffer), ...parts, ...sizes, ...more });
    });
  });
  const { call, read, write } = runEverywhere(p);
  const bands = callsOf(p.phases.get('bands')!).filter((each) => each.kernel === kernel);
  for (const { operands } of bands) expect(operands.outHeight, 'rows of a band').toBeLessThan(height);
  for (const name of ['x', 'cells']) write(name, randoms(read(name).length, name));
  call('prepare');
  const [name] = layer.weights.map((weight) => weight.name);
  const before = read(name);
  call('bands');
  call('whole');
  const learned = read('gradient');
  expect(read(name)).toEqual(before.map((value, i) => value - learned[i]));
});
