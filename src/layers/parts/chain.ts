// Layers one after another as one layer: what a unit, a block, a head and the network are.

import type { Expression } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { isTrained, type Back, type Layer, type LayerContext, type LayerSpec, type Saved } from '../layer.ts';
import type { GradientKernels } from './gradient-kernels.ts';
import { expectLayers, lastLearning, nameLayers, parametersOf, type NamedSpec } from './naming.ts';

export interface ChainSaved extends Saved {
  readonly inner: readonly Saved[];
}

/** `kernels`: where it pulls through products of its own, whatever the rule gives. */
export function chain(
  name: string,
  layers: readonly Layer[],
  { type = 'chain', kernels }: { readonly type?: string; readonly kernels?: GradientKernels } = {},
): Layer<ChainSaved> {
  const lowest = layers.findIndex(isTrained);
  return {
    name,
    type,
    weights: layers.flatMap(({ weights }) => weights),
    begin(p, way) {
      for (const layer of layers) p.unit(layer.name, () => layer.begin?.(p, way));
    },
    forward(p, x, mode) {
      const inner: Saved[] = [];
      let output = x;
      for (const layer of layers) {
        const saved = p.unit(layer.name, () => layer.forward(p, output, mode));
        output = saved.output;
        inner.push(saved);
      }
      return { input: x, output, inner };
    },
    back(p, { inner }, delta, to) {
      const end = to.pull === true ? 0 : lowest < 0 ? layers.length : lowest;
      let below: Expression = delta;
      for (let at = layers.length - 1; at >= end; at--) {
        const above = below;
        const pull = to.pull === true || at > end;
        const options = {
          ...to,
          pull,
          kernels: to.kernels ?? kernels,
          trace: tracing(to, layers[at + 1], inner[at + 1]),
        };
        below = p.unit(layers[at].name, () => layers[at].back(p, inner[at], above, options)) ?? above;
      }
      return to.pull === true ? below : null;
    },
  };
}

/** Traces as the layer behind has them; what drives no neurons is its own, whatever stands behind the chain. */
const tracing = ({ trace }: Back, behind: Layer | undefined, saved: Saved): Back['trace'] =>
  behind && trace ? (x, memory = behind.memory?.(saved) ?? null) => trace(x, memory) : trace;

/**
 * Records declared layers; where the task's outputs are asked for, the last that learns gives them, to those behind
 * it.
 */
export function recordLayers(p: Program, layers: readonly NamedSpec[], context: Omit<LayerContext, 'name'>): Layer[] {
  const last = lastLearning(layers);
  return layers.map(({ name, spec, inputShape }, index) => {
    const outputs = index >= last ? context.outputs : null;
    const { trainable: above } = context;
    const trainable = above && { ...above, rest: above.of(name, spec.type) ?? above.rest };
    return p.unit(name, () => spec.record(p, { ...context, name, inputShape, outputs, trainable }));
  });
}

/** What specs that hold layers have in common; inside `b` they are named `b/dense_1` and so on. */
export function composite(
  type: string,
  layers: readonly LayerSpec[],
): Pick<LayerSpec, 'parameterCount' | 'counted' | 'timed'> & {
  declare(inputShape: readonly number[], name: string): NamedSpec[];
} {
  expectLayers(type, layers);
  const declare = (inputShape: readonly number[], name: string): NamedSpec[] =>
    nameLayers(layers, inputShape, `${name}/`);
  return {
    declare,
    counted: layers[layers.length - 1].counted,
    timed: layers.some(({ timed }) => timed),
    parameterCount: (inputShape) => parametersOf(declare(inputShape, '')),
  };
}

/** What a layer inside a layer adds to its config. */
export const configOf = ({ type, config }: LayerSpec): unknown => ({ type, config });
