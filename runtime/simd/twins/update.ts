// What an update does to one weight (parts/update.ts) in plain TypeScript, bit for bit.

import type { Arithmetic } from '../parts/real.ts';
import type { Update } from '../parts/update.ts';
import { numberOf, Plain } from './real.ts';

const single = (value: number): Plain => new Plain(value, Math.fround);
const arithmetic: Arithmetic<Plain> = { let: (value) => value, f32: single };

/** The change of the weight at an element; writes the new state. */
export function changingReference(
  update: Update,
  args: Readonly<Record<string, unknown>>,
): (at: number, weight: number, gradient: number) => number {
  const { hyper: numbers, ...others } = args as Readonly<Record<string, Float32Array>>;
  const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, single(numbers[index])]));
  return (at, weight, gradient) => {
    const kept = (name: string) =>
      Object.assign(single(others[name][at]), {
        set(value: Plain | number) {
          others[name][at] = numberOf(value);
        },
      });
    const state = Object.fromEntries(update.state.map((name) => [name, kept(name)]));
    return update.change(arithmetic, { weight: single(weight), gradient: single(gradient), state, hyper }).value;
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
