// jax-js on WebAssembly: the whole SGD step is one jitted function. Arrays are reference-counted: a call consumes its
// arguments, `.ref` keeps one. It uses threads where SharedArrayBuffer and Worker exist, so not in Node, nor in a page
// that is not cross-origin isolated.

import type { Contender, MatmulCase, MatmulRunner, StepCase, StepRunner } from '../contender.ts';
import { importPeer } from '../../peers/import.ts';
import { type Conv, ends, type Layer } from '../network.ts';

interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray): JaxArray;
  sub(other: JaxArray): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  sum(): JaxArray;
  reshape(shape: number[]): JaxArray;
  transpose(axes?: number[]): JaxArray;
  slice(...ranges: [number?, number?][]): JaxArray;
  blockUntilReady(): Promise<JaxArray>;
  dataSync(): Float32Array;
  dispose(): void;
}

/** One record for each layer: weight and bias, or nothing. */
type Parameters = Record<string, JaxArray>[];

/** A jitted function keeps its programs until it is disposed. */
type Jitted<F> = F & { dispose(): void };

interface Jax {
  numpy: {
    array(values: Float32Array | Int32Array, options: { shape: number[] }): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    max(x: JaxArray, axes: number[]): JaxArray;
    concatenate(parts: JaxArray[], axis: number): JaxArray;
  };
  nn: {
    relu(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(y: JaxArray, classes: number): JaxArray;
  };
  lax: { conv(x: JaxArray, filters: JaxArray, strides: number[], padding: 'VALID'): JaxArray };
  tree: {
    ref<T>(tree: T): T;
    map<T>(work: (...leaves: JaxArray[]) => JaxArray, ...trees: T[]): T;
    dispose(tree: unknown): void;
  };
  jit<F>(work: F): Jitted<F>;
  valueAndGrad<A extends unknown[]>(
    loss: (parameters: Parameters, ...rest: A) => JaxArray,
  ): (parameters: Parameters, ...rest: A) => [JaxArray, Parameters];
}

type Convolution = (jax: Jax, layer: Conv, x: JaxArray, weight: JaxArray, bias: JaxArray) => JaxArray;

/** The library's own operator. It wants channels first: images and filters pass through transposed views. */
const ownConvolution: Convolution = ({ lax }, _, x, weight, bias) =>
  lax
    .conv(x.transpose([0, 3, 1, 2]), weight.transpose([3, 2, 0, 1]), [1, 1], 'VALID')
    .transpose([0, 2, 3, 1])
    .add(bias);

/** The same as one matrix product: patches (B h' w', size size channels) times weight (size size channels, filters). */
const patchesTimesWeight: Convolution = ({ numpy }, { height, width, channels, filters, size }, x, weight, bias) => {
  const [rows, columns] = [height - size + 1, width - size + 1];
  const shifted: JaxArray[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      shifted.push(x.ref.slice([], [i, i + rows], [j, j + columns], []).reshape([-1, channels]));
    }
  }
  x.dispose();
  const product = numpy.matmul(numpy.concatenate(shifted, 1), weight.reshape([size * size * channels, filters]));
  return product.add(bias).reshape([-1, rows, columns, filters]);
};

async function jaxStep(
  { batch, learningRate }: StepCase,
  layers: readonly Layer[],
  convolve: Convolution,
): Promise<StepRunner> {
  const jax = await importPeer<Jax>('jax-js');
  const { numpy, nn, tree, jit, valueAndGrad } = jax;
  const { classes } = ends(layers);

  const forward = (parameters: Parameters, input: JaxArray) =>
    layers.reduce((x, layer, index) => {
      const { weight, bias } = parameters[index];
      if (layer.kind === 'dense') {
        const z = numpy.matmul(x.reshape([batch, layer.inputs]), weight).add(bias);
        return layer.relu ? nn.relu(z) : z;
      }
      const { height, width, channels, size } = layer;
      const image = x.reshape([batch, height, width, channels]);
      if (layer.kind === 'conv') return nn.relu(convolve(jax, layer, image, weight, bias));
      return numpy.max(image.reshape([batch, height / size, size, width / size, size, channels]), [2, 4]);
    }, input);

  const gradients = valueAndGrad((parameters, x: JaxArray, target: JaxArray) =>
    nn
      .logSoftmax(forward(parameters, x), -1)
      .mul(target)
      .sum()
      .mul(-1 / batch),
  );
  const update = jit((parameters: Parameters, x: JaxArray, y: JaxArray): [Parameters, JaxArray] => {
    const [loss, gradient] = gradients(tree.ref(parameters), x, nn.oneHot(y, classes));
    return [tree.map((p, g) => p.sub(g.mul(learningRate)), parameters, gradient), loss];
  });

  let parameters = layers.map((layer) => startingParameters(jax, layer));
  return {
    step(x, y) {
      const [next, loss] = update(
        parameters,
        numpy.array(x, { shape: [batch, x.length / batch] }),
        numpy.array(y, { shape: [batch] }),
      );
      parameters = next;
      return loss.dataSync()[0];
    },
    dispose() {
      tree.dispose(parameters);
      update.dispose();
    },
  };
}

function startingParameters({ numpy }: Jax, layer: Layer): Record<string, JaxArray> {
  if (layer.kind === 'pool') return {};
  const { weight, bias } = layer;
  const shape =
    layer.kind === 'dense' ? [layer.inputs, layer.outputs] : [layer.size, layer.size, layer.channels, layer.filters];
  return { weight: numpy.array(weight, { shape }), bias: numpy.array(bias, { shape: [bias.length] }) };
}

async function jaxMatmul({ kernel, m, k, n }: MatmulCase, a: Float32Array, b: Float32Array): Promise<MatmulRunner> {
  const { numpy, jit } = await importPeer<Jax>('jax-js');
  const [transposeA, transposeB] = [kernel === 'f32_matmul_at', kernel === 'f32_matmul_bt'];
  const A = numpy.array(a, { shape: transposeA ? [k, m] : [m, k] });
  const B = numpy.array(b, { shape: transposeB ? [n, k] : [k, n] });
  const product = jit((left: JaxArray, right: JaxArray) =>
    numpy.matmul(transposeA ? left.transpose() : left, transposeB ? right.transpose() : right),
  );
  return {
    products: 1,
    async run() {
      const C = product(A.ref, B.ref);
      await C.blockUntilReady();
      C.dispose();
    },
    result: async () => product(A.ref, B.ref).dataSync(),
    dispose() {
      for (const held of [A, B, product]) held.dispose();
    },
  };
}

export const jaxJs: Contender = {
  name: 'jax-js',
  use: 'jax-js 0.1.25, wasm device: one jitted step, its own gradients and convolution',
  step: (stepCase, layers) => jaxStep(stepCase, layers, ownConvolution),
  matmul: jaxMatmul,
};

export const jaxJsHand: Contender = {
  name: 'jax-js-hand',
  use: 'jax-js 0.1.25, wasm device: the convolution written by hand as a product of patches',
  async step(stepCase, layers) {
    if (!layers.some(({ kind }) => kind === 'conv')) return { cannot: 'as jax-js: no convolution' };
    return jaxStep(stepCase, layers, patchesTimesWeight);
  },
};
