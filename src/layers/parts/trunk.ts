// A network in two: a trunk, which stays as it is, and the head on its features, which learns.

import { described } from '../../options.ts';
import { ShapeError } from '../layer.ts';
import type { NetworkSpec } from '../network.ts';
import { lastLearning, parametersOf } from './naming.ts';

export interface Halves {
  readonly trunk: NetworkSpec;
  readonly head: NetworkSpec;
}

/**
 * Splits a network behind the layer of this name.
 * @throws ShapeError where there is none, where nothing behind it could learn, or where it runs at every time step.
 */
export function splitBehind(spec: NetworkSpec, name: string): Halves {
  const { layers, steps } = spec;
  const at = layers.findIndex((layer) => layer.name === name);
  const known = layers.slice(0, Math.max(0, lastLearning(layers)));
  if (at < 0 || at >= known.length) {
    const names = known.map((layer) => layer.name).join(', ') || 'none';
    throw new ShapeError(`the features are those of ${described(name)}, wanted a layer before the last: ${names}`);
  }
  const [below, above] = [layers.slice(0, at + 1), layers.slice(at + 1)];
  if (steps !== null && !below.some(({ spec: layer }) => layer.endsTime)) {
    throw new ShapeError(`'${name}' has features at every time step, wanted a layer at or behind the end of time`);
  }
  const { outputShape } = layers[at];
  return {
    trunk: { ...spec, layers: below, outputShape, parameterCount: parametersOf(below) },
    head: {
      inputShape: outputShape,
      steps: null,
      varying: false,
      input: 'still',
      element: 'f32',
      layers: above,
      outputShape: spec.outputShape,
      parameterCount: parametersOf(above),
    },
  };
}
