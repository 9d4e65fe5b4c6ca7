// What is measured: training steps and matrix products, with their seeded data.

import { block, dense, last, lif, rate, recurrent, sequential } from '../../src/index.ts';
import type { MatmulCase, StepCase } from './contender.ts';
import { uniform } from '../shared/random.ts';

const recurrent25 = {
  network: '25x40-r128-10',
  timed: sequential([40], [recurrent(dense(128, { activation: 'tanh' })), last(), dense(10)], { steps: 25 }),
};

export const stepCases: readonly StepCase[] = [
  { network: '784-256-10', batch: 32, learningRate: 0.05 },
  { network: '784-1024-1024-10', batch: 64, learningRate: 0.05 },
  { network: '128-32-5', batch: 1, learningRate: 0.01 },
  { network: '28x28x1-c32k5-p2-128-10', batch: 32, learningRate: 0.01 },
  { network: '28x28x1-c32k5-p2-128-10', batch: 1, learningRate: 0.001 },
  { ...recurrent25, batch: 32, learningRate: 0.01 },
  { ...recurrent25, batch: 1, learningRate: 0.001 },
  {
    network: '25x40-r128lif-10',
    timed: sequential([40], [recurrent(block([dense(128), lif()])), dense(10)], { steps: 25 }),
    batch: 32,
    learningRate: 0.01,
  },
  {
    network: '784-t10-rate-400-lif-10',
    timed: sequential([784], [rate(), dense(400), lif(), dense(10)], { steps: 10, input: 'still' }),
    batch: 32,
    learningRate: 0.01,
  },
];

export const stepCaseName = ({ network, batch }: StepCase): string => `${network} @${batch}`;

const square = (size: number): MatmulCase => ({ kernel: 'f32_matmul', m: size, k: size, n: size });
const forward = (m: number, k: number, n: number): MatmulCase => ({ kernel: 'f32_matmul', m, k, n });

/** Squares, then the products of a training step: forward x W, weight gradient dz^T x, input gradient dz W^T. */
export const matmulCases: readonly MatmulCase[] = [
  square(64),
  square(128),
  square(256),
  square(512),
  forward(32, 784, 256),
  forward(32, 784, 1024),
  forward(64, 784, 256),
  forward(64, 784, 1024),
  forward(1, 784, 1024),
  { kernel: 'f32_matmul_at', m: 1024, k: 64, n: 784 },
  { kernel: 'f32_matmul_bt', m: 64, k: 1024, n: 784 },
];

export const matmulShape = ({ m, k, n }: MatmulCase): string => `${m}x${k}x${n}`;

export const matmulName = (matmulCase: MatmulCase): string => `${matmulCase.kernel} ${matmulShape(matmulCase)}`;

/** `count` numbers, uniform in [-1, 1). */
export function randomNumbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = uniform(seed);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
}

export interface Batch {
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Int32Array<ArrayBuffer>;
}

/** Batches of noise with random labels: only the batches themselves can be learnt, so the loss stays in range. */
export function randomBatches(count: number, batch: number, inputs: number, classes: number, seed: number): Batch[] {
  return Array.from({ length: count }, (_, index) => {
    const random = uniform(seed + 1 + index);
    const y = Int32Array.from({ length: batch }, () => Math.floor(classes * random()));
    return { x: randomNumbers(batch * inputs, seed - 1 - index), y };
  });
}
