// Arrays on their way into a worker. A structured clone of a view copies the whole buffer below it, be it a data set of
// which the view is one sample; so views are copied here, to their own size, and large copies are handed over.

import { transfer as markTransfer } from 'comlink';

type View = Uint8Array<ArrayBuffer>;

/** Bytes from which a copy is handed over: 60,000 pictures of 784 bytes clone in 0.35 s, and are moved in 1.9 s. */
const LARGE = 65_536;

/** The arrays of one message. */
export class Parcel {
  readonly #move: boolean;
  readonly #buffers = new Set<ArrayBuffer>();

  /** With `move`, arrays that are all of their buffer are handed over themselves, and are empty afterwards. */
  constructor(move = false) {
    this.#move = move;
  }

  /** The content of `value` (samples, labels, or a list of both), as it can be posted with this parcel. */
  add<Value>(value: Value): Value {
    return this.addAny(value) as Value;
  }

  /** Marks the argument or result of a call that takes the arrays along. */
  attachTo<Value>(value: Value): Value {
    return typeof value === 'object' && value !== null ? markTransfer(value, [...this.#buffers]) : value;
  }

  private addAny(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (ArrayBuffer.isView(value)) return this.addView(value as View);
    if (Array.isArray(value)) {
      return value.some((item) => typeof item === 'object') ? value.map((item) => this.addAny(item)) : value;
    }
    if (!('data' in value)) return value;
    const { width, height, data } = value as ImageData;
    return { width, height, data: this.addAny(data) };
  }

  private addView(view: View): View {
    const whole = view.byteLength === view.buffer.byteLength;
    // Node's Buffer overrides slice with one that does not copy.
    const own = this.#move && whole ? view : Uint8Array.prototype.slice.call(view);
    if (own === view || own.byteLength >= LARGE) this.#buffers.add(own.buffer);
    return own;
  }
}
