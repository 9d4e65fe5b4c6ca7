// What an update does to one weight (parts/update.ts) in plain TypeScript, bit for bit.

import { referenceOfUpdate, type Update } from '../parts/update.ts';

/** The change of the weight at an element; writes the new state. */
export function changingReference(
  update: Update,
  args: Readonly<Record<string, unknown>>,
): (at: number, weight: number, gradient: number) => number {
  const apply = referenceOfUpdate(update);
  const { hyper: numbers, ...others } = args as Readonly<Record<string, Float32Array>>;
  const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, numbers[index]]));
  return (at, weight, gradient) => {
    const state = Object.fromEntries(update.state.map((name) => [name, others[name][at]]));
    const change = apply({ weight, gradient, state, hyper });
    for (const name of update.state) others[name][at] = state[name];
    return change;
  };
}

/** Spends the gradient of the float weight at an element. */
export function spendingReference(
  update: Update,
  args: Readonly<Record<string, unknown>> & { readonly weight: Float32Array },
): (at: number, gradient: number) => void {
  const change = changingReference(update, args);
  const { weight } = args;
  return (at, gradient) => {
    weight[at] = Math.fround(weight[at] + change(at, weight[at], gradient));
  };
}
