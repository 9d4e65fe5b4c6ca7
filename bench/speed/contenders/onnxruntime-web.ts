// ONNX Runtime Web on WebAssembly, one thread. Training was removed from it, so it is a peer for products only.

import type { Contender, MatmulCase, MatmulRunner } from '../contender.ts';
import { importPeer } from '../../peers/import.ts';
import { matmulModel } from './onnx-model.ts';

interface OrtTensor {
  readonly data: Float32Array;
}

interface Session {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

interface OnnxRuntime {
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => OrtTensor;
  InferenceSession: { create(model: Uint8Array, options: { executionProviders: ['wasm'] }): Promise<Session> };
}

/** Products in one run, so that the cost of crossing into the runtime is shared. */
const products = 8;

async function ortMatmul(
  matmulCase: MatmulCase,
  a: Float32Array,
  b: Float32Array<ArrayBuffer>,
  constantB: boolean,
): Promise<MatmulRunner> {
  const { kernel, m, k, n } = matmulCase;
  const { InferenceSession, Tensor } = await importPeer<OnnxRuntime>('onnxruntime-web');
  const model = matmulModel(matmulCase, products, constantB ? b : undefined);
  const session = await withoutTrace(() => InferenceSession.create(model, { executionProviders: ['wasm'] }));
  const A = new Tensor('float32', a, kernel === 'f32_matmul_at' ? [k, m] : [m, k]);
  const feeds = Object.fromEntries(Array.from({ length: products }, (_, i) => [`a${i}`, A]));
  if (!constantB) feeds.b = new Tensor('float32', b, kernel === 'f32_matmul_bt' ? [n, k] : [k, n]);
  return {
    products,
    run: async () => void (await session.run(feeds)),
    result: async () => (await session.run(feeds)).c0.data,
    dispose: () => void session.release(),
  };
}

/** In Node its module leaves a global Worker behind, which jax-js takes as a sign of shared memory: removed again. */
async function withoutTrace<T>(work: () => Promise<T>): Promise<T> {
  const before = 'Worker' in globalThis;
  try {
    return await work();
  } finally {
    if (!before) Reflect.deleteProperty(globalThis, 'Worker');
  }
}

const step = async () => ({ cannot: 'training was removed from it (microsoft/onnxruntime pull request 22103)' });

export const onnxruntimeWeb: Contender = {
  name: 'onnxruntime-web',
  use: `ONNX Runtime Web 1.30.0, wasm: ${products} products in one run; B is an input, as weights in training are`,
  step,
  matmul: (matmulCase, a, b) => ortMatmul(matmulCase, a, b, false),
};

export const onnxruntimeWebConstant: Contender = {
  name: 'onnxruntime-web-constant',
  use: `ONNX Runtime Web 1.30.0, wasm: ${products} products in one run; B is a constant packed beforehand`,
  matmul: (matmulCase, a, b) => ortMatmul(matmulCase, a, b, true),
};
