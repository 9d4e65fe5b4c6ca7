// Samples that are remembered: a step on new ones is led by steps on some of these, so that what was learned before is
// not lost. They stand in planned memory as `src/compile/replay.ts` has it, are part of a checkpoint, and of no copy
// that is taken of what is learned.
//
// Which are kept: class-balancing reservoir sampling. While there is room all are; then a sample of a class that was
// never among the largest takes the place of one of the largest class, chosen at random; any other one that of one of
// its own class, with the probability (kept of it / seen of it). Without classes that is plain reservoir sampling.
//
// Source: Chrysakis, Moens: Online continual learning from imbalanced data. ICML (2020).

import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import { nearestEven } from '../../runtime/simd/twins/math.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { FEATURES, TRUNK, type ReplayInfo } from '../compile/compiled.ts';
import { encoded } from '../quantization/encoding.ts';
import { argmax, type Targets } from '../tasks/host/host.ts';
import type { Engine } from './engine.ts';
import { runOn, type Data } from './ports.ts';
import type { Standardizer } from './standardization.ts';

const [PIXEL, DRAWN, KEPT] = [255, streamKey('replay/drawn'), streamKey('replay/kept')];

/** The memory of what a learner remembers; null for one that remembers nothing. */
export type MemoryOf = (engine: Engine) => ReplayMemory | null;

/** What may be remembered. */
type Offered = Data & { readonly targets: Targets };

export class ReplayMemory {
  readonly #engine: Engine;
  readonly #info: ReplayInfo;
  /** Which slots were drawn last, and the others. */
  readonly #order: Uint32Array;
  /** A sample, as the network sees it. */
  readonly #values: Float32Array;
  /** The class in each slot; null where none are learned. */
  readonly #classes: ElementArray | null;
  /** How many of each class are kept, while rows are offered. */
  readonly #sizes: Int32Array;
  readonly #label = new Int32Array(1);
  /** What remembered samples are learned from. */
  readonly data: Data;
  /** Steps on them for each step on new ones. */
  readonly ratio: number;

  constructor(engine: Engine, info: ReplayInfo) {
    this.#engine = engine;
    this.#info = info;
    this.ratio = info.ratio;
    this.#order = new Uint32Array(info.capacity);
    this.#sizes = new Int32Array(this.part('seen').length);
    const { batch, ports, sampleSize } = engine;
    const size = info.of === null ? sampleSize : ports[FEATURES].length / batch;
    this.#values = new Float32Array(size);
    this.#classes = engine.compiled.task.count === null ? null : this.part('targets');
    this.data = {
      port: info.of === null ? 'input' : FEATURES,
      samples: { count: info.capacity, copy: (slot, out, offset) => this.load(slot, out, offset) },
      targets: { count: info.capacity, copy: (slot, out, offset) => this.loadTarget(slot, out, offset) },
      rows: this.#order,
    };
  }

  /** Null for a learner that remembers nothing. */
  static readonly of: MemoryOf = (engine) => {
    const { replay } = engine.compiled;
    return replay && new ReplayMemory(engine, replay);
  };

  private part(name: string): ElementArray {
    return this.#engine.data[`replay/${name}`];
  }

  /** How many are remembered. */
  get count(): number {
    return this.part('count')[0];
  }

  /** Chooses which ones are learned next, all different, and puts them first; gives how many. */
  draw(most: number): number {
    const { count } = this;
    const next = wordReader(this.#engine.seed, DRAWN, this.#engine.step);
    for (let slot = 0; slot < count; slot++) this.#order[slot] = slot;
    const drawn = Math.min(most, count);
    for (let at = 0; at < drawn; at++) {
      const chosen = at + randomBelow(next, count - at);
      const moved = this.#order[at];
      this.#order[at] = this.#order[chosen];
      this.#order[chosen] = moved;
    }
    return drawn;
  }

  // ---- slots -------------------------------------------------------------------------------------------------------

  private load(slot: number, out: ElementArray | Float64Array, offset: number): void {
    const { length } = this.#values;
    const kept = this.part('samples');
    const { element } = this.#info;
    const isBytes = out instanceof Uint8Array;
    const scale = element === 'int8' ? this.part('scales')[slot] : 1;
    for (let at = 0; at < length; at++) {
      const value = kept[slot * length + at];
      out[offset + at] = element === 'u8' && !isBytes ? value / PIXEL : value * scale;
    }
  }

  private loadTarget(slot: number, out: ElementArray | Float64Array, offset: number): void {
    const [kept, size] = [this.part('targets'), this.targetSize];
    for (let at = 0; at < size; at++) out[offset + at] = kept[slot * size + at];
  }

  private get targetSize(): number {
    const { ports, batch } = this.#engine;
    return ports.target === undefined ? 0 : ports.target.length / batch;
  }

  /** Keeps a row in a slot. */
  private keep(slot: number, data: Offered, at: number, standardizer: Standardizer): void {
    const [engine, values, targets] = [this.#engine, this.#values, this.part('targets')];
    const row = data.rows[at];
    if (this.#info.of === null) standardizer.copy('input', data.samples, row, values, 0);
    else {
      runOn(engine, standardizer, data, at, 1, TRUNK);
      values.set((engine.ports[FEATURES] as Float32Array).subarray(0, values.length));
    }
    this.write(slot);
    if (targets !== undefined) standardizer.copy('target', data.targets, row, targets, slot * this.targetSize);
  }

  private write(slot: number): void {
    const values = this.#values;
    const [kept, first] = [this.part('samples'), slot * values.length];
    const { element } = this.#info;
    if (element === 'f32') kept.set(values, first);
    else if (element === 'int8') {
      const scales = Float32Array.of(0);
      kept.set(encoded(values, scales, { element: 'i8' }), first);
      [this.part('scales')[slot]] = scales;
    } else {
      for (let at = 0; at < values.length; at++) {
        kept[first + at] = nearestEven(Math.max(0, Math.min(1, values[at])) * PIXEL);
      }
    }
  }

  // ---- what is kept ------------------------------------------------------------------------------------------------

  /** Offers rows `first`.. to be remembered, in their order. */
  offer(data: Offered, first: number, count: number, standardizer: Standardizer): void {
    const [label, sizes] = [this.#label, this.#sizes.fill(0)];
    for (let slot = 0; slot < this.count; slot++) sizes[this.classOf(slot)]++;
    for (let at = first; at < first + count; at++) {
      if (this.#classes !== null) data.targets.copy(data.rows[at], label, 0);
      const slot = this.choose(label[0]);
      if (slot >= 0) this.keep(slot, data, at, standardizer);
    }
  }

  /** The slot in which one more of a class is to be kept; -1 for none. */
  private choose(label: number): number {
    const [seen, full, filled, sizes] = [this.part('seen'), this.part('full'), this.part('count'), this.#sizes];
    const { capacity } = this.#info;
    const total = (seen as Int32Array).reduce((sum, size) => sum + size, 0);
    const next = wordReader(this.#engine.seed, KEPT, total);
    seen[label]++;
    const slot = filled[0] < capacity ? filled[0]++ : this.replaced(label, next);
    if (slot < 0) return slot;
    sizes[label]++;
    if (filled[0] === capacity) {
      const most = sizes[argmax(sizes, 0, sizes.length)];
      for (let each = 0; each < sizes.length; each++) if (sizes[each] === most) full[each] = 1;
    }
    return slot;
  }

  /** The slot that is emptied for one more of a class: one of its own, or of the classes of which most are kept. */
  private replaced(label: number, next: () => number): number {
    const sizes = this.#sizes;
    const isFull = this.part('full')[label] === 1;
    if (isFull && randomBelow(next, this.part('seen')[label]) >= sizes[label]) return -1;
    const most = sizes[argmax(sizes, 0, sizes.length)];
    const gives = (each: number): boolean => (isFull ? each === label : sizes[each] === most);
    const among = sizes.reduce((sum, size, each) => sum + (gives(each) ? size : 0), 0);
    let left = randomBelow(next, among);
    let slot = 0;
    while (!gives(this.classOf(slot)) || left-- > 0) slot++;
    sizes[this.classOf(slot)]--;
    return slot;
  }

  private classOf(slot: number): number {
    return this.#classes === null ? 0 : this.#classes[slot];
  }

  /** A class is gone, and those behind it moved up by one. */
  removeClass(label: number): void {
    const classes = this.#classes;
    if (classes === null) return;
    const [filled, values] = [this.part('count'), this.part('samples')];
    const size = this.#values.length;
    for (let slot = filled[0] - 1; slot >= 0; slot--) {
      if (classes[slot] > label) classes[slot]--;
      else if (classes[slot] === label) {
        const last = --filled[0];
        values.copyWithin(slot * size, last * size, (last + 1) * size);
        this.part('scales')?.copyWithin(slot, last, last + 1);
        classes[slot] = classes[last];
      }
    }
  }
}
