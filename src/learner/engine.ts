// A compiled learner in memory: the instance, typed views of its ports, and its phases as calls. Knows addresses and no
// conventions; learner.ts turns what users give into what stands here.
//
// Fresh memory is filled with a canary, a NaN that no computation produces: what still holds it was never touched.

import { PAGE } from '../../runtime/program/plan.ts';
import { elementsOf, layouts } from '../../runtime/program/layout.ts';
import { HEALTH } from '../../runtime/simd/parts/rounding.ts';
import { requireFeatures } from '../../runtime/wasm/features.ts';
import { allocate, instantiate, type Exports } from '../../runtime/wasm/instantiate.ts';
import { packedNibbles, unpackedNibbles } from '../../runtime/wasm/nibbles.ts';
import { bytesPerElement, elementsAt, type ElementArray, type ElementType } from '../../runtime/wasm/pointer.ts';
import {
  changingBuffers,
  learnedBuffers,
  savedBuffers,
  mapped,
  type BufferInfo,
  type CompiledLearner,
  type PortInfo,
  type WeightInfo,
} from '../compile/compiled.ts';
import { factorAt, type Schedule } from '../optimizers/schedule.ts';
import { Quantizer } from './calibration.ts';
import { copyCorner } from './corner.ts';

const CANARY = 0x7fa5c3e1;
const WORD = 4;

/** The values of a buffer as bits: a NaN keeps its own where integers are copied. */
export type Words = Exclude<ElementArray, Float32Array>;

/** The element type whose integers hold the bits of another's values. */
export const wordsOf = (element: ElementType): Exclude<ElementType, 'f32'> => (element === 'f32' ? 'i32' : element);

/** The progress of a step that is in no fit; and of one that goes on with what a fit has trained. */
export const [OUTSIDE, ADAPTING] = [-1, -2];

export interface EngineOptions {
  /** Of every draw; default: the compiled one. */
  readonly seed?: number;
  /**
   * Makes the phases over a memory. Default: the compiled module.
   * @internal
   */
  readonly begin?: (memory: WebAssembly.Memory) => Exports | Promise<Exports>;
}

/** A learning rate: where it stands, and how it changes. */
interface Clock {
  readonly word: number;
  readonly learningRate: number;
  /** To the rate of the rule's first optimiser; 1 where that is 0. */
  readonly proportion: number;
  readonly schedule: Schedule;
}

type Views = Readonly<Record<string, ElementArray>>;

export class Engine {
  readonly compiled: CompiledLearner;
  /** What a checkpoint holds. */
  readonly saved: readonly BufferInfo[];
  /** What of it was learned. */
  readonly learned: readonly BufferInfo[];
  /** Its bytes, buffer by buffer. */
  readonly state: readonly Uint8Array[];
  /** The bytes of what steps change. */
  readonly #changing: readonly Uint8Array[];
  /** What is filled by the host or made by a phase, and stays until it is filled or made again. */
  readonly cached: readonly BufferInfo[];
  /** Names of those that hold something. */
  readonly filled = new Set<string>();
  /** Values of a sample. */
  readonly sampleSize: number;
  /** Of samples that are kept as int8. */
  readonly quantizer: Quantizer | null;
  readonly #memory: WebAssembly.Memory;
  readonly #phases: Exports;
  readonly #words: Int32Array;
  readonly #floats: Float32Array;
  /** The floats in what learning changes, and what weights of integers tell of theirs. */
  readonly #learnedFloats: readonly ElementArray[];
  readonly #healths: readonly ElementArray[];
  readonly #clocks: readonly Clock[];
  /** The share of a fit that their rates in memory are of; NaN where these may be others. */
  readonly #progress = new Float64Array([Number.NaN]);
  #fixedRate: number | null = null;
  /** The values of ports, in memory order, at capacity. */
  readonly ports: Views;
  /** What is kept as data, by name. */
  readonly data: Views;
  /** The numbers that phases told. */
  readonly told: Views;
  /** What each phase answered to the samples that it ran over last, one row of outputs behind the other. */
  readonly answers: Readonly<Record<string, Float32Array>>;
  /** The mean loss over them; NaN for a phase that does not compute it. */
  readonly losses: Readonly<Record<string, Float32Array>>;

  private constructor(compiled: CompiledLearner, memory: WebAssembly.Memory, phases: Exports) {
    this.compiled = compiled;
    this.saved = savedBuffers(compiled);
    this.learned = learnedBuffers(compiled);
    const optimizers = Object.values(compiled.rule.optimizers);
    this.#clocks = optimizers.flatMap(({ rates, hyper: { learningRate }, schedule }) => {
      const first = optimizers[0].hyper.learningRate;
      const proportion = first === 0 ? 1 : learningRate / first;
      return rates.map((address) => ({ word: address / WORD, learningRate, proportion, schedule }));
    });
    this.cached = compiled.buffers.filter(({ life }) => life === 'cached');
    this.sampleSize = elementsOf(compiled.network.inputShape);
    this.#memory = memory;
    this.#phases = phases;
    const bytesOf = ({ address, bytes }: BufferInfo): Uint8Array => new Uint8Array(memory.buffer, address, bytes);
    this.state = this.learned.map(bytesOf);
    this.#changing = changingBuffers(compiled).map(bytesOf);
    const floats = this.learned.filter(({ element }) => element === 'f32');
    this.#learnedFloats = floats.map((buffer) => this.view(buffer));
    this.#healths = compiled.weights.flatMap((weight) => this.partOf(weight, 'health') ?? []).map((b) => this.view(b));
    this.#words = new Int32Array(memory.buffer);
    this.#floats = new Float32Array(memory.buffer);
    const viewOf = ({ element, address, elements }: PortInfo): ElementArray =>
      elementsAt(element, memory.buffer, address, elements);
    this.ports = mapped(compiled.ports, viewOf);
    const data = compiled.buffers.filter(({ role }) => role === 'data');
    this.data = Object.fromEntries(data.map((buffer) => [buffer.name, this.view(buffer)]));
    this.told = mapped(compiled.tells, viewOf);
    this.losses = mapped(compiled.phases, ({ loss }) =>
      loss === null ? Float32Array.of(Number.NaN) : new Float32Array(memory.buffer, loss, 1),
    );
    const { input } = compiled.activations;
    this.quantizer =
      input &&
      new Quantizer(
        {
          scale: new Float32Array(memory.buffer, input.scale, 1),
          zero: new Int32Array(memory.buffer, input.zero, 1),
        },
        this.sampleSize,
      );
    const size = this.batch * compiled.task.capacity;
    this.answers = mapped(compiled.phases, ({ output }) => new Float32Array(memory.buffer, output ?? 0, size));
  }

  /** Allocates, instantiates, prepares the first weights. @throws UnsupportedFeatureError, MemoryUnavailableError. */
  static async start(compiled: CompiledLearner, options: EngineOptions = {}): Promise<Engine> {
    // not in the parameters: a declaration must not name what is internal
    const { seed, begin = (memory) => instantiate(compiled.module, memory) } = options;
    requireFeatures(compiled.features);
    const memory = allocate(compiled.pages);
    const engine = new Engine(compiled, memory, await begin(memory));
    engine.#words.fill(CANARY);
    engine.reset(seed);
    return engine;
  }

  /** Back to the first weights, those of `seed`. */
  reset(seed = this.compiled.seed): void {
    for (const buffer of this.compiled.buffers) {
      // what was provided stays, what was remembered is forgotten
      const isKept = buffer.role === 'state' || (buffer.role === 'data' && buffer.life === 'persistent');
      if (!isKept) continue;
      const values = this.view(buffer);
      values.fill(0);
      if (buffer.initial !== null) values.set(buffer.initial);
    }
    this.seed = seed;
    this.run('prepare');
  }

  run(phase: string): void {
    this.#phases[phase]();
  }

  /** The buffer's elements in memory order; seen as another type of the same size, their bits. */
  private view({ element, address, bytes }: BufferInfo, seen: ElementType = element): ElementArray {
    return elementsAt(seen, this.#memory.buffer, address, bytes / bytesPerElement(element));
  }

  private words(buffer: BufferInfo): Words {
    return this.unpacked(buffer, wordsOf(buffer.element)) as Words;
  }

  /** The same, but of half bytes a copy, a byte each. */
  private unpacked(buffer: BufferInfo, seen?: ElementType): ElementArray {
    const view = this.view(buffer, seen);
    return buffer.element === 'i4' ? unpackedNibbles(view) : view;
  }

  /** Writes row-major values by what `unpacked` gave. */
  private store(buffer: BufferInfo, values: ArrayLike<number>, physical: ElementArray): void {
    layouts[buffer.layout].encode(values, buffer.shape, physical);
    if (buffer.element === 'i4') (this.view(buffer) as Uint8Array).set(packedNibbles(physical));
  }

  /** A copy of the stored values in row-major order. */
  stored(buffer: BufferInfo): ElementArray {
    return layouts[buffer.layout].decode(this.unpacked(buffer), buffer.shape);
  }

  /** The same as floats. */
  decode(buffer: BufferInfo): Float32Array {
    return Float32Array.from(this.stored(buffer));
  }

  /** Writes values in row-major order. */
  encode(buffer: BufferInfo, values: ArrayLike<number>): void {
    this.store(buffer, values, this.unpacked(buffer));
  }

  /** What `decode` gives, bit for bit, whatever the element type. */
  read(buffer: BufferInfo): Words {
    return layouts[buffer.layout].decode(this.words(buffer), buffer.shape);
  }

  /** Writes words of another shape into the corner that both have in common; the rest stays. */
  write(buffer: BufferInfo, words: Words, shape: readonly number[]): void {
    const whole = this.read(buffer);
    copyCorner(whole, buffer.shape, words, shape);
    this.store(buffer, whole, this.words(buffer));
  }

  /** A buffer of a weight, if its storage has one. */
  partOf({ parts }: WeightInfo, is: WeightInfo['parts'][number]['is']): BufferInfo | undefined {
    const part = parts.find((candidate) => candidate.is === is);
    return part && this.compiled.buffers.find(({ name }) => name === part.name);
  }

  /** Rows in the ports. */
  get batch(): number {
    return this.compiled.counts.batch.capacity;
  }

  /** How many outputs there are now. */
  get outputs(): number {
    const { count, capacity } = this.compiled.task;
    return count === null ? capacity : this.count(count);
  }

  /** The present value of a run-time count. */
  count(name: string): number {
    return this.#words[this.compiled.counts[name].address / WORD];
  }

  setCount(name: string, value: number): void {
    this.#words[this.compiled.counts[name].address / WORD] = value;
  }

  /** A count grows by one, while there is room. */
  raise(name: string): void {
    this.setCount(name, Math.min(this.count(name) + 1, this.compiled.counts[name].capacity));
  }

  get step(): number {
    return this.#words[this.compiled.addresses.step / WORD];
  }

  set step(step: number) {
    this.#words[this.compiled.addresses.step / WORD] = step;
  }

  get seed(): number {
    return this.#words[this.compiled.addresses.seed / WORD];
  }

  set seed(seed: number) {
    this.#words[this.compiled.addresses.seed / WORD] = seed;
  }

  /** A rate of the first optimiser in place of all schedules, or null. */
  get fixedRate(): number | null {
    return this.#fixedRate;
  }

  set fixedRate(rate: number | null) {
    this.#fixedRate = rate;
    this.#progress[0] = Number.NaN;
  }

  /**
   * Sets the rate of every optimiser: by `fixedRate`, or as its schedule has it.
   * @param progress of a fit, or `OUTSIDE` one, where the rate is the whole one, or `ADAPTING`, where it is a share
   */
  schedule(progress: number): void {
    if (progress !== this.#progress[0]) this.setRates(progress);
  }

  private setRates(progress: number): void {
    this.#progress[0] = progress;
    const fixed = this.#fixedRate;
    for (const { word, learningRate, proportion, schedule } of this.#clocks) {
      this.#floats[word] = fixed === null ? learningRate * this.factorAt(schedule, progress) : fixed * proportion;
    }
  }

  private factorAt(schedule: Schedule, progress: number): number {
    if (progress === ADAPTING) return this.compiled.adaptation;
    return progress === OUTSIDE ? 1 : factorAt(schedule, progress);
  }

  /** The present rate of the rule's first optimiser. */
  get learningRate(): number {
    return this.#clocks.length === 0 ? Number.NaN : this.#floats[this.#clocks[0].word];
  }

  /** The others keep their proportion to it. */
  set learningRate(rate: number) {
    this.#progress[0] = Number.NaN;
    for (const { word, proportion } of this.#clocks) this.#floats[word] = rate * proportion;
  }

  /** Whether weights and what optimisers keep are finite, and no update of integers would have made them otherwise. */
  get isFinite(): boolean {
    return this.#healths.every((health) => health[HEALTH.nonFinite] === 0) && this.#learnedFloats.every(areFinite);
  }

  /** Copies what steps change, to come back to; into an older copy, if there is one. */
  snapshot(older?: readonly Uint8Array[]): readonly Uint8Array[] {
    const copies = older ?? this.#changing.map(({ length }) => new Uint8Array(length));
    for (let at = 0; at < copies.length; at++) copies[at].set(this.#changing[at]);
    return copies;
  }

  comeBack(snapshot: readonly Uint8Array[]): void {
    for (let at = 0; at < snapshot.length; at++) this.#changing[at].set(snapshot[at]);
    this.#progress[0] = Number.NaN;
  }

  /** Bytes inside the plan that were touched so far, and bytes outside it that were (none, or a kernel is wrong). */
  touched(): { usedBytes: number; strayBytes: number } {
    const words = this.#words;
    const count = (from: number, to: number): number => {
      let touched = 0;
      for (let i = from; i < to; i++) if (words[i] !== CANARY) touched++;
      return touched * WORD;
    };
    const planned = Math.ceil(this.compiled.memory.plannedBytes / WORD);
    return { usedBytes: count(0, planned), strayBytes: count(planned, (this.compiled.pages * PAGE) / WORD) };
  }
}

/** Four sums at a time: one would wait for itself. */
function areFinite(values: ElementArray): boolean {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    first += values[i] * 0;
    second += values[i + 1] * 0;
    third += values[i + 2] * 0;
    fourth += values[i + 3] * 0;
  }
  for (let i = whole; i < values.length; i++) first += values[i] * 0;
  return first + second + third + fourth === 0;
}
