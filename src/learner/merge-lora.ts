// Weights of layers of low rank, merged into those of the dense layers that they stand beside.

import type { WeightValues } from './weights.ts';

type Weights = Readonly<Record<string, WeightValues>>;

/**
 * What `learner.weights()` gives, with W + A B for each W beside which a `lora` layer has learned: the weights of a
 * network with `dense` in its place.
 */
export function mergeLora(weights: Weights): Record<string, WeightValues> {
  const merged = Object.entries(weights).flatMap(([name, given]) => {
    const [layer, part] = [name.slice(0, name.lastIndexOf('/')), name.slice(name.lastIndexOf('/') + 1)];
    const [a, b] = [weights[`${layer}/lora_a`], weights[`${layer}/lora_b`]];
    if (a === undefined || b === undefined || part === 'bias') return [[name, given] as const];
    return part === 'weight' ? [[name, { ...given, values: sum(given, a, b) }] as const] : [];
  });
  return Object.fromEntries(merged);
}

function sum({ shape: [, columns], values }: WeightValues, a: WeightValues, b: WeightValues): Float32Array {
  const [, rank] = a.shape;
  return values.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let total = value;
    for (let k = 0; k < rank; k++) total += a.values[row * rank + k] * b.values[k * columns + column];
    return total;
  });
}
