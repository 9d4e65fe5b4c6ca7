// The learner: what users hold. It turns their samples and labels into batches in memory, runs the compiled phases, and
// tells how it goes. It holds no rule; what was recorded is all it needs.

import { shuffled } from '../data/dataset.ts';
import type { CompiledLearner } from './compiled.ts';
import { overlay, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { crc32, hex } from './checksum.ts';
import { Engine } from './engine.ts';
import { CapacityError, ConfigurationError, DisposedError, InputError } from './errors.ts';
import { fit, type FitOptions, type History } from './fit.ts';
import { readLabels, readSamples, type LabelInput, type SampleInput, type Samples } from './inputs.ts';
import { summarize } from './summary.ts';
import type { Evaluation, StepResult, Trainable } from './trainable.ts';
import { trainStream, type StreamSample, type TrainEvent, type TrainOptions } from './stream.ts';

export interface Classification {
  readonly label: string;
  readonly index: number;
  /** The probability of the label. */
  readonly confidence: number;
  readonly scores: Readonly<Record<string, number>>;
}

export interface MemoryReport extends Omit<CompiledLearner['memory'], 'buffers'> {
  /** Bytes of the plan touched so far; all of them once every phase has run. */
  readonly usedBytes: number;
  /** Bytes touched outside the plan: 0. */
  readonly strayBytes: number;
  readonly buffers: CompiledLearner['memory']['buffers'];
}

export class Learner implements Trainable {
  #engine: Engine | null;
  #names: string[];
  #seed: number;
  #epochs = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#names = [...engine.compiled.classes.names];
    this.#seed = engine.compiled.seed;
  }

  static async start(compiled: CompiledLearner): Promise<Learner> {
    return new Learner(await Engine.start(compiled));
  }

  /** @internal */
  get engine(): Engine {
    if (this.#engine === null) throw new DisposedError('this learner was disposed');
    return this.#engine;
  }

  get compiled(): CompiledLearner {
    return this.engine.compiled;
  }

  get classNames(): readonly string[] {
    return this.#names;
  }

  get seed(): number {
    return this.#seed;
  }

  /** Training steps done. */
  get steps(): number {
    return this.engine.step;
  }

  /** Epochs begun by `fit`, in all. */
  get epochs(): number {
    return this.#epochs;
  }

  // ---- learning ----------------------------------------------------------------------------------------------------

  /**
   * Learns from all samples for some epochs.
   * @throws InputError for samples or labels that do not fit; DOMException 'AbortError' when `signal` fires (what was learned
   *   by then is kept); DivergenceError when the loss stops being a number (the last good epoch is restored).
   */
  fit(samples: SampleInput, labels: LabelInput, options: FitOptions = {}): Promise<History> {
    return fit(this, this.read(samples), readLabels(labels, this.#names), options);
  }

  /** Learns from a stream of `{ x, y }`, batch by batch; yields an event for each step. `break` stops it. */
  train(stream: Iterable<StreamSample> | AsyncIterable<StreamSample>, options: TrainOptions = {}): AsyncGenerator<TrainEvent, void> {
    return trainStream(this, stream, options);
  }

  /** Learns one sample now. Returns the loss before the update. */
  learnOne(sample: SampleInput, label: string | number): StepResult {
    const samples = this.read(sample);
    if (samples.count !== 1) throw new InputError(`learnOne got ${samples.count} samples, wanted one`);
    return this.learn(samples, readLabels(label, this.#names), [0], 0);
  }

  /** One training step on these samples, at most the planned batch. Returns the loss before the update. */
  trainOnBatch(input: SampleInput, labels: LabelInput): StepResult {
    const samples = this.read(input);
    const ids = readLabels(labels, this.#names);
    const { batchSize } = this.compiled;
    if (samples.count !== ids.length || ids.length > batchSize) {
      throw new InputError(`trainOnBatch got ${samples.count} samples and ${ids.length} labels, wanted equally many, at most ${batchSize}`);
    }
    return this.learn(samples, ids, Uint32Array.from(ids, (_, row) => row), 0);
  }

  /**
   * One training step on the samples at `rows`.
   * @internal
   */
  learn(samples: Samples, labels: Int32Array, rows: ArrayLike<number>, stageIndex: number): StepResult {
    const { engine } = this;
    const stage = engine.compiled.stages[stageIndex];
    this.#load(samples, rows);
    const ids = engine.labels;
    for (let row = 0; row < rows.length; row++) ids[row] = labels[rows[row]];
    engine.run(stage.phase);
    engine.step += 1;
    const loss = engine.lossOf(stage);
    if (stage.outcome === null) return { loss, correct: 0 };
    const outputs = engine.outputs(rows.length, stage.outcome.output);
    let correct = 0;
    for (let row = 0; row < rows.length; row++) correct += this.#best(outputs, row) === labels[rows[row]] ? 1 : 0;
    return { loss, correct };
  }

  /** @internal */
  beginEpoch(): number {
    return this.#epochs++;
  }

  /** The order of samples in an epoch: f(seed, epoch). @internal */
  order(count: number, epoch: number): Uint32Array {
    return shuffled(count, this.#seed, epoch);
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  /** Probabilities, [samples, classes] row by row. */
  predict(input: SampleInput): Float32Array {
    const samples = this.read(input);
    const { engine } = this;
    const result = new Float32Array(samples.count * engine.classes);
    this.#eachBatch(samples, (outputs, first) => result.set(outputs, first * engine.classes));
    return result;
  }

  /** The most probable class of one sample. */
  classify(sample: SampleInput): Classification {
    const scores = this.predict(sample);
    if (scores.length !== this.#names.length) {
      throw new InputError(`classify got ${scores.length / this.#names.length} samples, wanted one: use predict`);
    }
    const index = this.#best(scores, 0);
    return {
      index, label: this.#names[index], confidence: scores[index],
      scores: Object.fromEntries(this.#names.map((name, at) => [name, scores[at]])),
    };
  }

  evaluate(input: SampleInput, labels: LabelInput): Evaluation {
    return this.evaluateRows(this.read(input), readLabels(labels, this.#names));
  }

  /** @internal */
  evaluateRows(samples: Samples, labels: Int32Array, rows?: ArrayLike<number>): Evaluation {
    const count = rows?.length ?? samples.count;
    if (rows === undefined && labels.length !== count) throw new InputError(`got ${count} samples and ${labels.length} labels`);
    const confusion = this.#names.map(() => this.#names.map(() => 0));
    let [correct, loss] = [0, 0];
    this.#eachBatch(samples, (outputs, first, size) => {
      for (let row = 0; row < size; row++) {
        const label = labels[rows === undefined ? first + row : rows[first + row]];
        const best = this.#best(outputs, row);
        confusion[label][best]++;
        correct += best === label ? 1 : 0;
        loss -= Math.log(Math.max(outputs[row * this.#names.length + label], 1e-30));
      }
    }, rows);
    return { count, accuracy: correct / count, loss: loss / count, confusion };
  }

  // ---- classes and capacity ----------------------------------------------------------------------------------------

  /**
   * Makes room for one more class; the outputs of the others do not change. Returns its index.
   * @throws CapacityError when the capacity is used up; ConfigurationError for a name there is already.
   */
  addClass(name: string): number {
    if (this.#names.includes(name)) throw new ConfigurationError(`there is a class '${name}' already`);
    const { capacity } = this.compiled.classes;
    if (this.#names.length === capacity) {
      throw new CapacityError(`there is room for ${capacity} classes, and all are taken: resize({ classes: ${capacity * 2} }) makes room`);
    }
    this.engine.classes = this.#names.push(name);
    return this.#names.length - 1;
  }

  /** Moves what was learned into another compilation of the same network and rule. @internal */
  async adopt(compiled: CompiledLearner): Promise<void> {
    const old = this.engine;
    const next = await Engine.start(compiled);
    for (const buffer of next.compiled.buffers) {
      const source = old.compiled.buffers.find(({ name }) => name === buffer.name);
      if (source === undefined || buffer.name.startsWith('count/')) continue;
      overlay(next, buffer, old.decode(source), source.shape);
    }
    next.classes = this.#names.length;
    this.#engine = next;
  }

  // ---- what it is, and what it learned -----------------------------------------------------------------------------

  /** The network layer by layer, with shapes and parameters, as text. */
  summary(): string {
    return summarize(this.compiled);
  }

  /** The plan, and what of it was touched. */
  memory(): MemoryReport {
    return { ...this.compiled.memory, ...this.engine.touched() };
  }

  /** Everything learned, as bytes: weights, optimiser state, counters, class names. */
  save(): Uint8Array<ArrayBuffer> {
    return writeCheckpoint(this.engine, { classNames: this.#names, epochs: this.#epochs }, this.#seed);
  }

  /**
   * Continues from saved bytes, bit for bit.
   * @throws CheckpointError when they are damaged or of a different learner; then nothing is changed.
   */
  restore(bytes: Uint8Array): void {
    const { classNames, epochs, seed } = readCheckpoint(this.engine, bytes);
    this.#names = [...classNames];
    this.#epochs = epochs;
    this.#seed = seed;
  }

  /** Back to the first weights, as if nothing had been learned. */
  reset(): void {
    this.engine.reset();
    this.#names = [...this.compiled.classes.names];
    this.#epochs = 0;
  }

  /** The weights by name, logical and row-major. */
  weights(): Record<string, { shape: readonly number[]; values: Float32Array }> {
    const parameters = this.compiled.buffers.filter(({ role }) => role === 'parameter');
    return Object.fromEntries(parameters.map((buffer) => [buffer.name, { shape: buffer.shape, values: this.engine.decode(buffer) }]));
  }

  /** A fingerprint of all weights: equal for equal bits. */
  weightHash(): string {
    const parts = Object.values(this.weights()).map(({ values }) => hex(crc32(new Uint8Array(values.buffer))));
    return hex(crc32(new TextEncoder().encode(parts.join())));
  }

  /** Frees the memory at once; without it, the garbage collector does. */
  dispose(): void {
    this.#engine = null;
  }

  /** @internal */
  read(input: SampleInput): Samples {
    return readSamples(input, this.compiled.network.inputShape);
  }

  #load(samples: Samples, rows: ArrayLike<number>): void {
    const { engine } = this;
    const inputs = engine.inputs;
    const size = inputs.length / engine.compiled.batchSize;
    engine.batch = rows.length;
    for (let row = 0; row < rows.length; row++) samples.copy(rows[row], inputs, row * size);
  }

  #eachBatch(samples: Samples, visit: (outputs: Float32Array, first: number, size: number) => void, rows?: ArrayLike<number>): void {
    const { engine } = this;
    const { batchSize } = engine.compiled;
    const count = rows?.length ?? samples.count;
    for (let first = 0; first < count; first += batchSize) {
      const size = Math.min(batchSize, count - first);
      this.#load(samples, Array.from({ length: size }, (_, row) => (rows === undefined ? first + row : rows[first + row])));
      engine.run('predict');
      visit(engine.outputs(size), first, size);
    }
  }

  #best(outputs: Float32Array, row: number): number {
    const classes = this.#names.length;
    let best = 0;
    for (let index = 1; index < classes; index++) {
      if (outputs[row * classes + index] > outputs[row * classes + best]) best = index;
    }
    return best;
  }
}
