// Append-only bytes with the number encodings of the WebAssembly binary format (LEB128, IEEE 754 little endian).
// Knows no sections and no instructions: module.ts and emitter.ts write through it.

const FLOAT = new Float32Array(1);
/** Little endian, as WebAssembly and every machine that runs it. */
const FLOAT_BYTES = new Uint8Array(FLOAT.buffer);

export class Bytes {
  #data = new Uint8Array(256);
  length = 0;

  private reserve(count: number): void {
    if (this.length + count <= this.#data.length) return;
    const grown = new Uint8Array(Math.max(this.#data.length * 2, this.length + count));
    grown.set(this.#data.subarray(0, this.length));
    this.#data = grown;
  }

  byte(value: number): void {
    if (this.length === this.#data.length) this.reserve(1);
    this.#data[this.length++] = value;
  }

  /** Unsigned LEB128 of an integer in [0, 2^32). */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of an integer in [-2^31, 2^31). */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return this.byte(low);
      this.byte(low | 0x80);
    }
  }

  float(value: number): void {
    FLOAT[0] = value;
    this.append(FLOAT_BYTES);
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.unsigned(encoded.length);
    this.append(encoded);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#data.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The bytes written so far, as a copy. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.length);
  }
}
