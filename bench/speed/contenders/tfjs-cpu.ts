// TensorFlow.js in plain JavaScript: the slowest contender, and the one whose arithmetic is easiest to trust.

import type { Contender } from '../contender.ts';
import { startTfjs, tfjsMatmul } from './tfjs.ts';
import { autodiffStep } from './tfjs-autodiff.ts';

export const tfjsCpu: Contender = {
  name: 'tfjs-cpu',
  use: 'TensorFlow.js 4.22.0, cpu backend: its own gradients and optimizer',
  step: async (stepCase, layers) => autodiffStep(await startTfjs('cpu'), stepCase, layers),
  matmul: tfjsMatmul('cpu'),
};
