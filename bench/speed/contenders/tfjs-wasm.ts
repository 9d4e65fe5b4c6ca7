// TensorFlow.js on WebAssembly SIMD, one thread: once as its users write it, once at its best.

import type { Contender } from '../contender.ts';
import { startTfjs, tfjsMatmul } from './tfjs.ts';
import { autodiffStep } from './tfjs-autodiff.ts';
import { handStep } from './tfjs-hand.ts';

export const tfjsWasm: Contender = {
  name: 'tfjs-wasm',
  use: 'TensorFlow.js 4.22.0, wasm backend: its own gradients and optimizer; products of a constant B, packed once',
  step: async (stepCase, layers) => autodiffStep(await startTfjs('wasm'), stepCase, layers),
  matmul: tfjsMatmul('wasm'),
};

export const tfjsWasmHand: Contender = {
  name: 'tfjs-wasm-hand',
  use: 'TensorFlow.js 4.22.0, wasm backend: gradients written by hand around its slow transposed products',
  step: async (stepCase, layers) => handStep(await startTfjs('wasm'), stepCase, layers),
};
