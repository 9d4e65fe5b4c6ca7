// A tape: keeps what a forward step saved in slots along time, so that a walk back through time finds it. It is what
// grows with the number of steps; what the host gave is read again where it stands.

import type { Affine, Buffer } from '../../../runtime/program/buffer.ts';
import { capacity, type Dim } from '../../../runtime/program/dim.ts';
import { Tensor } from '../../../runtime/program/expression.ts';
import type { Moment, Program } from '../../../runtime/program/program.ts';
import type { Saved } from '../../layers/layer.ts';
import type { Input } from '../../layers/network.ts';

export class Tape<S extends Saved> {
  readonly #p: Program;
  readonly #input: Input;
  readonly #steps: Dim | null;
  /** What was saved in one step, and the slots of each of its buffers. */
  #last: S | null = null;
  readonly #slots = new Map<Buffer, Tensor>();

  /** @param steps how many are kept; null: the last one alone, where it lies */
  constructor(p: Program, input: Input, steps: Dim | null) {
    this.#p = p;
    this.#input = input;
    this.#steps = steps;
  }

  /** Keeps what the step saved. */
  keep(saved: S, slot: Affine): void {
    this.#last = eachTensor(saved, (x) => {
      if (this.#steps === null || this.#input.is(x) || this.#slots.has(x.buffer)) return x;
      const { name, role, events } = x.buffer;
      const slots = this.#p.tensor({ name: `${name}/tape`, shape: [capacity(this.#steps), ...x.shape], role, events });
      this.#slots.set(x.buffer, slots);
      this.#p.write(slots.slot(slot), x);
      return x;
    });
  }

  /** What the last step saved, where it still lies. */
  get last(): S {
    if (this.#last === null) throw new RangeError('the tape holds no step yet');
    return this.#last;
  }

  /** What the step of this moment saved, which was kept in the slot. */
  recall(at: Moment, slot: Affine): S {
    let given: Tensor | null = null;
    return eachTensor(this.last, (x) => {
      const kept = this.#slots.get(x.buffer);
      if (kept !== undefined) return kept.slot(slot).reshape(x.shape);
      given ??= this.#input.at(this.#p, at);
      return given.touches ? given.reshape(x.shape) : given;
    });
  }
}

/** A Saved with every tensor exchanged; it holds tensors, Saveds and lists of them, nothing else. */
function eachTensor<S>(saved: S, exchange: (x: Tensor) => Tensor): S {
  if (saved instanceof Tensor) return exchange(saved) as S & Tensor;
  if (Array.isArray(saved)) return saved.map((item) => eachTensor(item, exchange)) as S & unknown[];
  const entries = Object.entries(saved as object).map(([key, value]) => [key, eachTensor(value, exchange)]);
  return Object.fromEntries(entries) as S;
}
