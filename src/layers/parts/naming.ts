// Layers one after another, declared: their names, and shapes passed along.

import { expectIs, expectThat, made } from '../../options.ts';
import { ShapeError, type LayerSpec } from '../layer.ts';

export interface NamedSpec {
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/** @throws ShapeError for what is no list of layers, or one without any. */
export function expectLayers(of: string, layers: readonly LayerSpec[]): void {
  const holds = Array.isArray(layers) && layers.length > 0;
  expectThat(holds, `${of}: layers`, layers, 'a list, such as [dense(10)]', ShapeError);
  for (const [index, layer] of layers.entries()) {
    expectIs(`${of}: layer ${index + 1}`, layer, made('record', 'a layer, such as dense(10)'), ShapeError);
  }
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
    if (shape.includes(0)) throw new ShapeError(`${name}: the layer before it has no outputs, so nothing comes in`);
    const outputShape = spec.outputShape(shape, name);
    const entry = { name, spec, inputShape: shape, outputShape };
    shape = outputShape;
    return entry;
  });
}

export const parametersOf = (layers: readonly NamedSpec[]): number =>
  layers.reduce((total, { spec, inputShape }) => total + spec.parameterCount(inputShape), 0);

/** The last layer that learns, which gives the task's outputs (none yet, maybe); -1 where none does. */
export const lastLearning = (layers: readonly NamedSpec[]): number =>
  layers.reduce(
    (last, { spec, inputShape }, index) => (spec.counted || spec.parameterCount(inputShape) > 0 ? index : last),
    -1,
  );
