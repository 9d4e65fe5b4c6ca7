// The networks of the benchmark, from a word to layers with their first weights, the same for every contender.
// Not the library's own parser, for the same reason as in random.ts.

import { uniform } from '../shared/random.ts';

/** y = relu?(x W + b), x (B, inputs), weight (inputs, outputs), bias (outputs). */
export interface Dense {
  readonly kind: 'dense';
  readonly inputs: number;
  readonly outputs: number;
  readonly relu: boolean;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Valid convolution, stride 1, then relu: x (B, height, width, channels), weight (size, size, channels, filters). */
export interface Conv {
  readonly kind: 'conv';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly size: number;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Maximum over windows of size x size, stride size: x (B, height, width, channels). */
export interface Pool {
  readonly kind: 'pool';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: number;
}

export type Layer = Dense | Conv | Pool;

export class NetworkSyntaxError extends Error {
  override name = 'NetworkSyntaxError';
}

/**
 * `784-256-10` or `28x28x1-c32k5-p2-128-10`: input, then cFkS (F filters SxS, relu), pS (max pool SxS) and dense
 * widths, relu after each but the last. Weights are uniform in +-sqrt(6 / fan-in) (He et al., 2015), biases zero.
 * @throws NetworkSyntaxError on any other word.
 */
export function buildNetwork(network: string, seed: number): Layer[] {
  const random = uniform(seed);
  const filled = (fanIn: number, count: number) => {
    const limit = Math.sqrt(6 / fanIn);
    return Float32Array.from({ length: count }, () => limit * (2 * random() - 1));
  };
  const [input, ...words] = network.split('-');
  let [height, width, channels] = input.includes('x') ? input.split('x').map(Number) : [1, 1, Number(input)];

  return words.map((word, index) => {
    const [, filters, size, window, outputs] = /^(?:c(\d+)k(\d+)|p(\d+)|(\d+))$/.exec(word)?.map(Number) ?? [];
    if (filters) {
      const fanIn = size * size * channels;
      const weights = { weight: filled(fanIn, fanIn * filters), bias: new Float32Array(filters) };
      const layer: Conv = { kind: 'conv', height, width, channels, filters, size, ...weights };
      [height, width, channels] = [height - size + 1, width - size + 1, filters];
      return layer;
    }
    if (window) {
      const layer: Pool = { kind: 'pool', height, width, channels, size: window };
      [height, width] = [height / window, width / window];
      return layer;
    }
    if (!outputs) throw new NetworkSyntaxError(`'${word}' in '${network}' is none of 128, c32k5 and p2`);
    const inputs = height * width * channels;
    const weights = { weight: filled(inputs, inputs * outputs), bias: new Float32Array(outputs) };
    [height, width, channels] = [1, 1, outputs];
    return { kind: 'dense', inputs, outputs, relu: index < words.length - 1, ...weights };
  });
}

/** How many numbers one sample has, and how many classes there are. */
export function ends(layers: readonly Layer[]): { inputs: number; classes: number } {
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const inputs = first.kind === 'dense' ? first.inputs : first.height * first.width * first.channels;
  if (last.kind !== 'dense') throw new NetworkSyntaxError(`a network ends with a dense layer, not with a ${last.kind}`);
  return { inputs, classes: last.outputs };
}
