// A network: layers one after another, declared and checked before anything is recorded, then recorded into a program
// as units. A unit is one layer that learns, with the layers without weights that follow it; the ones in front are the
// prelude.

import type { Dim } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Storage } from '../quantization/storage.ts';
import { expectWhole, ShapeError, type ForwardOptions, type Layer, type LayerSpec, type Saved } from './layer.ts';

export interface NetworkSpec {
  readonly inputShape: readonly number[];
  readonly layers: readonly NamedSpec[];
  readonly outputShape: readonly number[];
  readonly parameterCount: number;
}

export interface NamedSpec {
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/**
 * Layers one after another on inputs of `inputShape` (without the batch axis; images are [height, width, channels]).
 * @throws ShapeError naming the first layer whose input does not fit.
 */
export function sequential(inputShape: readonly number[], layers: readonly LayerSpec[]): NetworkSpec {
  inputShape.forEach((axis, index) => expectWhole('sequential', `input axis ${index}`, axis));
  if (layers.length === 0) throw new ShapeError('sequential: got no layers, wanted at least one');
  const named = nameLayers(layers, inputShape, '');
  return {
    inputShape,
    layers: named,
    outputShape: named[named.length - 1].outputShape,
    parameterCount: named.reduce((total, { spec, inputShape: shape }) => total + spec.parameterCount(shape), 0),
  };
}

/** Names layers by type and number (dense_1, dense_2), or as the user named them, and passes shapes along. */
export function nameLayers(layers: readonly LayerSpec[], inputShape: readonly number[], prefix: string): NamedSpec[] {
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  let shape = inputShape;
  return layers.map((spec) => {
    const number = (counts.get(spec.type) ?? 0) + 1;
    counts.set(spec.type, number);
    const name = prefix + (spec.name ?? `${spec.type}_${number}`);
    if (taken.has(name)) throw new ShapeError(`two layers are named '${name}'`);
    taken.add(name);
    const outputShape = spec.outputShape(shape, name);
    const entry = { name, spec, inputShape: shape, outputShape };
    shape = outputShape;
    return entry;
  });
}

/** A layer that learns, and the layers without weights behind it. */
export interface Unit {
  readonly name: string;
  /** The type of the layer that learns: `dense`. */
  readonly type: string;
  readonly layer: Layer;
  readonly followers: readonly Layer[];
  /** The last unit gives the network's output. */
  readonly last: boolean;
}

export interface Network {
  readonly spec: NetworkSpec;
  readonly prelude: readonly Layer[];
  readonly units: readonly Unit[];
  /** All layers, in order. */
  readonly layers: readonly Layer[];
}

/** Places a network's weights in a program. With `classes`, the last unit gives one output per class. */
export function recordNetwork(p: Program, spec: NetworkSpec, storage: Storage, classes: Dim | null): Network {
  const learns = ({ spec: layer, inputShape }: NamedSpec): boolean => layer.parameterCount(inputShape) > 0;
  const lastLearning = spec.layers.reduce((last, layer, index) => (learns(layer) ? index : last), -1);
  if (lastLearning < 0) throw new ShapeError('the network has no layer with weights, so nothing could learn');
  const end = spec.layers[spec.layers.length - 1];
  if (classes !== null && (end.spec.type !== 'dense' || lastLearning !== spec.layers.length - 1)) {
    throw new ShapeError(`the network ends with '${end.name}', wanted dense() with one output per class`);
  }
  const layers = spec.layers.map(({ name, spec: layer, inputShape }, index) => {
    const outputs = index === lastLearning ? classes : null;
    return p.unit(name, () => layer.record(p, { name, inputShape, outputs, storage }));
  });
  const starts = layers.flatMap((layer, index) => (layer.weights.length > 0 ? [index] : []));
  const units = starts.map((start, index) => ({
    name: layers[start].name,
    type: spec.layers[start].spec.type,
    layer: layers[start],
    followers: layers.slice(start + 1, starts[index + 1]),
    last: index === starts.length - 1,
  }));
  return { spec, layers, prelude: layers.slice(0, starts[0]), units };
}

/** Records the first values of all weights. */
export function initialize(p: Program, network: Network): void {
  for (const { name, weights } of network.layers) {
    p.unit(name, () => weights.forEach((weight) => weight.initialize(p)));
  }
}

/** Records layers without weights, one after another. */
export const pass = (p: Program, layers: readonly Layer[], x: Tensor, options: ForwardOptions): Tensor =>
  layers.reduce((input, layer) => p.unit(layer.name, () => layer.forward(p, input, options)).output, x);

/** Records the whole forward pass; gives what each layer saved. */
export function forwardAll(p: Program, layers: readonly Layer[], x: Tensor, options: ForwardOptions): Saved[] {
  let input = x;
  return layers.map((layer) => {
    const saved = p.unit(layer.name, () => layer.forward(p, input, options));
    input = saved.output;
    return saved;
  });
}
