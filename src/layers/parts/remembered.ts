// What is recorded once for a forward pass and a delta, so that the `pull` and the `update` of a layer can share it.

import type { Expression } from '../../../runtime/program/expression.ts';
import type { Saved } from '../layer.ts';

export class Remembered<T> {
  readonly #last = new WeakMap<Saved, { readonly delta: Expression; readonly value: T }>();

  get(saved: Saved, delta: Expression): T | undefined {
    const last = this.#last.get(saved);
    return last?.delta === delta ? last.value : undefined;
  }

  set(saved: Saved, delta: Expression, value: T): T {
    this.#last.set(saved, { delta, value });
    return value;
  }
}
