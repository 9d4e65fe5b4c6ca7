// A compiled learner in memory: the instance, typed views of its ports, and its phases as calls. Knows addresses and no
// conventions; learner.ts turns what users give into what stands here.
//
// Fresh memory is filled with a canary, a NaN that no computation produces: what still holds it was never touched.

import { PAGE } from '../../runtime/program/plan.ts';
import { layouts } from '../../runtime/program/layout.ts';
import { allocate, instantiate, type Exports } from '../../runtime/wasm/instantiate.ts';
import type { BufferInfo, CompiledLearner, StageInfo } from './compiled.ts';

const CANARY = 0x7fa5c3e1;
const WORD = 4;

export class Engine {
  readonly compiled: CompiledLearner;
  readonly #memory: WebAssembly.Memory;
  readonly #phases: Exports;
  readonly #words: Int32Array;

  private constructor(compiled: CompiledLearner, memory: WebAssembly.Memory, phases: Exports) {
    this.compiled = compiled;
    this.#memory = memory;
    this.#phases = phases;
    this.#words = new Int32Array(memory.buffer);
  }

  /** Allocates, instantiates and prepares the first weights. */
  static async start(compiled: CompiledLearner): Promise<Engine> {
    const memory = allocate(compiled.pages);
    const engine = new Engine(compiled, memory, await instantiate(compiled.module, memory));
    engine.reset();
    return engine;
  }

  /** Back to the first weights. */
  reset(): void {
    this.#words.fill(CANARY);
    for (const buffer of this.compiled.buffers) {
      if (buffer.role !== 'state') continue;
      const values = this.view(buffer);
      values.fill(0);
      if (buffer.initial !== null) values.set(buffer.initial);
    }
    this.seed = this.compiled.seed;
    this.classes = this.compiled.classes.names.length;
    this.run('prepare');
  }

  run(phase: string): void {
    this.#phases[phase]();
  }

  /** The buffer's elements in memory order. */
  view({ element, address, bytes }: Pick<BufferInfo, 'element' | 'address' | 'bytes'>): Float32Array | Int32Array | Uint8Array {
    const { buffer } = this.#memory;
    if (element === 'f32') return new Float32Array(buffer, address, bytes / WORD);
    return element === 'i32' ? new Int32Array(buffer, address, bytes / WORD) : new Uint8Array(buffer, address, bytes);
  }

  /** Its values in row-major order. */
  decode(buffer: BufferInfo): Float32Array {
    return layouts[buffer.layout].decode(this.view(buffer), buffer.shape);
  }

  encode(buffer: BufferInfo, values: ArrayLike<number>): void {
    layouts[buffer.layout].encode(values, buffer.shape, this.view(buffer));
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  get inputs(): Float32Array {
    const { network, batchSize, addresses } = this.compiled;
    return this.floats(addresses.input, batchSize * network.inputShape.reduce((total, axis) => total * axis, 1));
  }

  get labels(): Int32Array {
    return new Int32Array(this.#memory.buffer, this.compiled.addresses.label, this.compiled.batchSize);
  }

  /** The probabilities of the samples predicted last, one row each. */
  outputs(count: number, address = this.compiled.addresses.output): Float32Array {
    return this.floats(address, count * this.classes);
  }

  /** The mean loss of the step just run; NaN for a stage that does not compute it. */
  lossOf({ outcome }: StageInfo): number {
    return outcome === null ? Number.NaN : this.floats(outcome.loss, 1)[0];
  }

  get batch(): number { return this.#words[this.compiled.addresses.batch / WORD]; }
  set batch(count: number) { this.#words[this.compiled.addresses.batch / WORD] = count; }
  get classes(): number { return this.#words[this.compiled.addresses.classes / WORD]; }
  set classes(count: number) { this.#words[this.compiled.addresses.classes / WORD] = count; }
  get step(): number { return this.#words[this.compiled.addresses.step / WORD]; }
  set step(step: number) { this.#words[this.compiled.addresses.step / WORD] = step; }
  set seed(seed: number) { this.#words[this.compiled.addresses.seed / WORD] = seed; }

  set learningRate(rate: number) {
    this.floats(this.compiled.learningRate.address, 1)[0] = rate;
  }

  /** Copies of all that lasts, to come back to. */
  snapshot(): Uint8Array[] {
    return this.compiled.buffers.map(({ address, bytes }) => new Uint8Array(this.#memory.buffer, address, bytes).slice());
  }

  comeBack(snapshot: readonly Uint8Array[]): void {
    this.compiled.buffers.forEach(({ address }, index) => {
      new Uint8Array(this.#memory.buffer).set(snapshot[index], address);
    });
  }

  /** Bytes inside the plan that were touched so far, and bytes outside it that were (none, or a kernel is wrong). */
  touched(): { usedBytes: number; strayBytes: number } {
    const planned = this.compiled.memory.plannedBytes / WORD;
    const count = (from: number, to: number): number =>
      this.#words.subarray(from, to).reduce((total, word) => (word === CANARY ? total : total + 1), 0) * WORD;
    return { usedBytes: count(0, planned), strayBytes: count(planned, (this.compiled.pages * PAGE) / WORD) };
  }
}
