// ONNX Runtime Web on WebAssembly, one thread. It cannot train (training was removed), so it is a peer for products only.

import type { Contender, MatmulCase, MatmulRunner } from '../contender.ts';
import { importPeer, succeeds } from '../import-peer.ts';
import { matmulModel } from './onnx-model.ts';

interface OrtTensor {
  readonly data: Float32Array;
}

interface OnnxRuntime {
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => OrtTensor;
  InferenceSession: {
    create(
      model: Uint8Array,
      options: { executionProviders: ['wasm'] },
    ): Promise<{
      run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
      release(): Promise<void>;
    }>;
  };
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
  const session = await InferenceSession.create(model, { executionProviders: ['wasm'] });
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

const available = () => succeeds(importPeer('onnxruntime-web'));
const step = async () => ({ cannot: 'training was removed from it (microsoft/onnxruntime pull request 22103)' });

export const onnxruntimeWeb: Contender = {
  name: 'onnxruntime-web',
  use: `ONNX Runtime Web 1.30.0, wasm: B is an input, as weights in training are; ${products} products in one run`,
  available,
  step,
  matmul: (matmulCase, a, b) => ortMatmul(matmulCase, a, b, false),
};

export const onnxruntimeWebConstant: Contender = {
  name: 'onnxruntime-web-constant',
  use: `ONNX Runtime Web 1.30.0, wasm: B is a constant packed beforehand, as in inference; ${products} products in one run`,
  available,
  matmul: (matmulCase, a, b) => ortMatmul(matmulCase, a, b, true),
};
