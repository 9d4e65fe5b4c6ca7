// TensorFlow.js on one of its backends: what its two contender files share, and the matrix product.

import type { Contender } from '../contender.ts';
import { importPeer } from '../../peers/import.ts';

export interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

export interface Variable extends Tensor {
  assign(value: Tensor): void;
}

interface Fused {
  bias: Tensor;
  activation: 'relu' | 'linear';
}

/** The part of TensorFlow.js used here; its own documentation describes it. */
export interface Tf {
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  tidy<T>(work: () => T): T;
  tensor(values: Float32Array, shape: number[]): Tensor;
  variable(initial: Tensor): Variable;
  matMul(a: Tensor, b: Tensor): Tensor;
  transpose(x: Tensor): Tensor;
  reshape(x: Tensor, shape: number[]): Tensor;
  maxPool(x: Tensor, size: number, strides: number, pad: 'valid'): Tensor;
  step(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  sum(x: Tensor, axis: number, keepDims?: boolean): Tensor;
  max(x: Tensor, axis: number, keepDims: boolean): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  fused: {
    matMul(operands: { a: Tensor; b: Tensor } & Fused): Tensor;
    conv2d(operands: { x: Tensor; filter: Tensor; strides: number; pad: 'valid' } & Fused): Tensor;
  };
  losses: { softmaxCrossEntropy(oneHot: Tensor, logits: Tensor): Tensor };
  train: { sgd(learningRate: number): { minimize(loss: () => Tensor, returnCost: true, of: Variable[]): Tensor } };
}

export type Backend = 'wasm' | 'cpu';

export interface OnBackend {
  readonly tf: Tf;
  readonly activate: () => Promise<void>;
}

/** TensorFlow.js with this backend selected. @throws Error if the backend does not start. */
export async function startTfjs(backend: Backend): Promise<OnBackend> {
  const { tf } = await importPeer<{ tf: Tf }>('tfjs');
  tf.enableProdMode();
  const activate = async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js does not start its backend '${backend}'`);
  };
  await activate();
  return { tf, activate };
}

export function oneHot(y: Int32Array, classes: number): Float32Array {
  const hot = new Float32Array(y.length * classes);
  y.forEach((label, row) => {
    hot[row * classes + label] = 1;
  });
  return hot;
}

/**
 * Transposed operands go through an explicit transpose: the library's own transposeA and transposeB are a slow path.
 * B stays the same, which favours XNNPACK: it packs B once.
 */
export const tfjsMatmul =
  (backend: Backend): Contender['matmul'] =>
  async ({ kernel, m, k, n }, a, b) => {
    const { tf, activate } = await startTfjs(backend);
    const [transposeA, transposeB] = [kernel === 'f32_matmul_at', kernel === 'f32_matmul_bt'];
    const A = tf.tensor(a, transposeA ? [k, m] : [m, k]);
    const B = tf.tensor(b, transposeB ? [n, k] : [k, n]);
    const product = () => tf.tidy(() => tf.matMul(transposeA ? tf.transpose(A) : A, transposeB ? tf.transpose(B) : B));
    return {
      products: 1,
      activate,
      run: () => product().dispose(),
      async result() {
        const C = product();
        const values = C.dataSync();
        C.dispose();
        return values;
      },
      dispose() {
        A.dispose();
        B.dispose();
      },
    };
  };
