// The learner: what users hold. It turns their samples and labels into batches in memory, runs the compiled phases, and
// tells how it goes. It holds no rule; what was recorded is all it needs.

import { shuffled } from '../data/order.ts';
import type { CompiledLearner, MemoryPlan, RunInfo } from '../compile/compiled.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { BusyError, CapacityError, ConfigurationError, DisposedError, InputError } from '../errors.ts';
import { argmax, startTally, type Evaluation } from './evaluate.ts';
import { fit, type FitOptions, type History } from './fit.ts';
import { readSamples, type SampleInput, type Samples } from './inputs.ts';
import { expectPairs, readLabels, type LabelInput } from './labels.ts';
import { runInParts } from './micro-batches.ts';
import { act, provide, runAll, runOn } from './ports.ts';
import { summarize } from './summary.ts';
import type { Batch, LabelledRows, StepResult, Trainable } from './trainable.ts';
import { trainStream, type StreamSample, type TrainEvent, type TrainOptions } from './stream.ts';
import { setWeights, weightHash, type WeightInput, type WeightValues } from './weights.ts';

export interface Classification {
  readonly label: string;
  readonly index: number;
  /** The output for the label: its probability, for losses that give one. */
  readonly confidence: number;
  /** The outputs for all classes, by name. */
  readonly scores: Readonly<Record<string, number>>;
}

/** The plan, and what of it was touched: the same keys as `onward memory --json`. */
export interface MemoryReport extends MemoryPlan {
  readonly rule: string;
  /** Bytes of the plan touched so far; all of them once every phase has run. */
  readonly usedBytes: number;
  /** Bytes touched outside the plan: 0. */
  readonly strayBytes: number;
}

export class Learner implements Trainable {
  #engine: Engine | null;
  #names: string[];
  #epochs = 0;
  readonly #tells: readonly string[];
  /** What must end before anything else may change the ground: a `fit`, a `resize`. */
  #running: string | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#names = [...engine.compiled.classes.names];
    this.#tells = Object.keys(engine.compiled.tells);
    // `using` where the platform has it (Chrome 134, Node 20)
    const { dispose } = Symbol as { readonly dispose?: symbol };
    if (dispose !== undefined) Object.defineProperty(this, dispose, { value: () => this.dispose() });
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
    return this.engine.seed;
  }

  /** Training steps done. */
  get steps(): number {
    return this.engine.step;
  }

  /** Epochs begun by `fit`, in all. */
  get epochs(): number {
    return this.#epochs;
  }

  /** Of the rule's first optimiser, as the last step had it; NaN for a rule without one. */
  get learningRate(): number {
    return this.engine.learningRate;
  }

  /**
   * The rate of every optimiser from now on, between two steps of a `fit` too, in place of schedules; null gives these
   * back.
   * @throws ConfigurationError for a rate that is not finite, or below 0.
   */
  set learningRate(rate: number | null) {
    if (rate !== null && !(rate >= 0 && rate < Infinity)) {
      throw new ConfigurationError(`learningRate is ${rate}, wanted a finite number of at least 0, or null`);
    }
    this.engine.fixedRate = rate;
    this.engine.schedule(0);
  }

  // ---- learning ----------------------------------------------------------------------------------------------------

  /**
   * Learns from all samples for some epochs.
   * @throws InputError for samples or labels that do not fit, ConfigurationError for options that do not; what `signal`
   *   gives as its reason when it fires, unless told a DOMException 'AbortError' (what was learned by then is kept);
   *   DivergenceError when loss or weights stop being finite (the last good epoch is restored); BusyError while another
   *   `fit` runs.
   */
  async fit(samples: SampleInput, labels: LabelInput, options: FitOptions = {}): Promise<History> {
    return this.exclusively('fit', () => fit(this, this.read(samples), readLabels(labels, this.#names), options));
  }

  /**
   * Learns from a stream of `{ x, y }`, batch by batch; yields an event for each step. `break` stops it and releases
   * the stream. Throws like `fit`.
   */
  train(
    stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainEvent, void> {
    return trainStream(this, stream, options);
  }

  /** Learns one sample now. Returns loss and hit before the update. */
  learnOne(sample: SampleInput, label: LabelInput): StepResult {
    const [samples, labels] = [this.read(sample), readLabels(label, this.#names)];
    if (samples.count !== 1 || labels.length !== 1) {
      throw new InputError(`learnOne got ${samples.count} samples and ${labels.length} labels, wanted one of each`);
    }
    return this.learnThrough({ samples, labels, rows: countTo(1) });
  }

  /** One training step on these samples, at most the planned batch. Returns loss and hits before the update. */
  trainOnBatch(input: SampleInput, labels: LabelInput): StepResult {
    const [samples, known] = [this.read(input), readLabels(labels, this.#names)];
    expectPairs(samples.count, known.length);
    const { batchSize } = this.compiled;
    if (samples.count > batchSize) {
      throw new InputError(`trainOnBatch got ${samples.count} samples, wanted at most ${batchSize}, as planned`);
    }
    return this.learnThrough({ samples, labels: known, rows: countTo(samples.count) });
  }

  /**
   * Runs an action of the rule, once for each row: a row gives the numbers that the action takes, by name, `step` and
   * `learningRate` among them where it takes those.
   * @throws ConfigurationError for an action the rule does not have, or a number that a row lacks.
   */
  act(name: string, rows: readonly Readonly<Record<string, number>>[]): void {
    this.expectIdle(name);
    act(this.engine, name, rows);
  }

  /**
   * Fills a port of the rule's that keeps its values until it is filled again, row-major: a graph, a mask. What a stage
   * makes of them is made anew when it begins.
   * @throws InputError for a name there is not, or another number of values; then nothing is changed.
   */
  provide(name: string, values: ArrayLike<number>): void {
    this.expectIdle('provide');
    provide(this.engine, name, values);
  }

  /** @internal */
  run(run: RunInfo): void {
    runAll(this.engine, run);
  }

  /** @internal */
  learnThrough(batch: Batch): StepResult {
    let scored: StepResult = { loss: Number.NaN, correct: Number.NaN };
    this.compiled.stages.forEach((_, stage) => {
      const result = this.learnStage(batch, stage, 0);
      if (!Number.isNaN(result.correct)) scored = result;
    });
    this.engine.step += 1;
    return scored;
  }

  /** @internal */
  learn(batch: Batch, stage: number, progress = 0): StepResult {
    const result = this.learnStage(batch, stage, progress);
    this.engine.step += 1;
    return result;
  }

  private learnStage(batch: Batch, stage: number, progress: number): StepResult {
    const { engine } = this;
    const { stages, phases } = engine.compiled;
    let [loss, correct] = [Number.NaN, Number.NaN];
    engine.schedule(progress);
    if ('samples' in engine.compiled.counts) engine.setCount('samples', batch.rows.length);
    for (const part of stages[stage].step) {
      if (typeof part !== 'string') {
        this.run([part]);
        continue;
      }
      const { loss: hasLoss, output } = phases[part];
      const result = runInParts(engine, batch, part);
      if (hasLoss !== null) loss = result.loss;
      if (output !== null) correct = result.correct;
    }
    if (this.#tells.length === 0) return { loss, correct };
    const { step, learningRate } = engine;
    const told = Object.fromEntries(this.#tells.map((name) => [name, engine.told(name)[0]]));
    return { loss, correct, told: { step, learningRate, ...told } };
  }

  /** @internal */
  beginEpoch(): number {
    return this.#epochs++;
  }

  /** @internal */
  order(count: number, epoch: number): Uint32Array {
    return shuffled(count, this.seed, epoch);
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  /** The outputs, [samples, classes] row by row: probabilities, but for the loss `squaredError`. */
  predict(input: SampleInput): Float32Array {
    const samples = this.read(input);
    const { classes } = this.engine;
    const result = new Float32Array(samples.count * classes);
    this.eachBatch(samples, countTo(samples.count), (outputs, first) => result.set(outputs, first * classes));
    return result;
  }

  /** The most probable class of one sample. */
  classify(sample: SampleInput): Classification {
    const samples = this.read(sample);
    if (samples.count !== 1) throw new InputError(`classify got ${samples.count} samples, wanted one: use predict`);
    const scores = this.predict(sample);
    const index = argmax(scores, 0, scores.length);
    return {
      index,
      label: this.#names[index],
      confidence: scores[index],
      scores: Object.fromEntries(this.#names.map((name, at) => [name, scores[at]])),
    };
  }

  /** Accuracy, loss and confusion on labelled samples, from which nothing is learned. */
  evaluate(input: SampleInput, labels: LabelInput): Evaluation {
    const [samples, known] = [this.read(input), readLabels(labels, this.#names)];
    expectPairs(samples.count, known.length);
    return this.evaluateRows({ samples, labels: known, rows: countTo(samples.count) });
  }

  /** @internal */
  evaluateRows({ samples, labels, rows }: LabelledRows): Evaluation {
    const { classes, compiled } = this.engine;
    const tally = startTally(compiled.rule.loss, classes);
    this.eachBatch(samples, rows, (outputs, first) => {
      for (let row = 0; row * classes < outputs.length; row++) {
        tally.add(outputs.subarray(row * classes, (row + 1) * classes), labels[rows[first + row]]);
      }
    });
    return tally.result;
  }

  // ---- classes and capacity ----------------------------------------------------------------------------------------

  /**
   * Makes room for one more class; the logits of the others do not change. Returns its index.
   * @throws CapacityError when the capacity is used up; ConfigurationError for a name there is already.
   */
  addClass(name: string): number {
    if (this.#names.includes(name)) throw new ConfigurationError(`there is a class '${name}' already`);
    const { capacity } = this.compiled.classes;
    if (this.#names.length === capacity) {
      throw new CapacityError(
        `there is room for ${capacity} classes, and all are taken: ` +
          `resize({ classes: ${capacity * 2} }) makes room`,
      );
    }
    this.engine.classes = this.#names.push(name);
    return this.#names.length - 1;
  }

  /** Moves what was learned into another compilation of the same network and rule. @internal */
  adopt(compiled: CompiledLearner, options: EngineOptions = {}): Promise<void> {
    return this.exclusively('resize', async () => {
      const next = await Engine.start(compiled, { seed: this.seed, ...options });
      const [old, classes] = [this.engine, this.#names.length];
      if (classes > compiled.classes.capacity) throw new CapacityError(`there are ${classes} classes by now`);
      const kept = [...old.learned, ...old.cached];
      for (const buffer of [...next.learned, ...next.cached]) {
        const source = kept.find(({ name }) => name === buffer.name);
        if (source !== undefined) next.write(buffer, old.read(source), source.shape);
      }
      for (const name of old.filled) next.filled.add(name);
      next.classes = classes;
      next.fixedRate = old.fixedRate;
      this.#engine = next;
    });
  }

  // ---- what it is, and what it learned -----------------------------------------------------------------------------

  /** The network layer by layer, with shapes and parameters, as text. */
  summary(): string {
    return summarize(this.compiled);
  }

  /** The plan, and what of it was touched. */
  memory(): MemoryReport {
    return { rule: this.compiled.rule.name, ...this.compiled.memory, ...this.engine.touched() };
  }

  /** Everything learned, as bytes: weights, optimiser state, counters, class names. */
  save(): Uint8Array<ArrayBuffer> {
    return writeCheckpoint(this.engine, { classNames: this.#names, epochs: this.#epochs });
  }

  /**
   * Continues from saved bytes, bit for bit.
   * @throws CheckpointError when they are damaged or of a different learner; then nothing is changed.
   */
  restore(bytes: Uint8Array): void {
    this.expectIdle('restore');
    const { classNames, epochs } = readCheckpoint(this.engine, bytes);
    this.#names = [...classNames];
    this.#epochs = epochs;
  }

  /** Back to the first weights, as if nothing had been learned. */
  reset(): void {
    this.expectIdle('reset');
    this.engine.fixedRate = null;
    this.engine.reset();
    this.#names = [...this.compiled.classes.names];
    this.#epochs = 0;
  }

  /** The weights by name, as the float values that products see. */
  weights(): Record<string, WeightValues> {
    return Object.fromEntries(this.compiled.weights.map((weight) => [weight.name, this.engine.decodeWeight(weight)]));
  }

  /**
   * Sets weights by name, from values in the order of `weights()`, of this learner or of another with such weights.
   * What an optimiser keeps of them stays.
   * @throws InputError for a name there is not, values of another shape, or that are not finite; then nothing is
   *   changed.
   */
  setWeights(weights: Readonly<Record<string, WeightInput>>): void {
    this.expectIdle('setWeights');
    setWeights(this.engine, weights);
  }

  /** A fingerprint of all weights as they are stored: equal for equal bits. */
  weightHash(): string {
    return weightHash(this.engine);
  }

  /** Frees the memory at once; without it, the garbage collector does. Offered as `Symbol.dispose` too. */
  dispose(): void {
    this.#engine = null;
  }

  /** @internal */
  read(input: SampleInput): Samples {
    return readSamples(input, this.compiled.network.inputShape);
  }

  private expectIdle(what: string): void {
    if (this.#running !== null) throw new BusyError(`${what}: wait for the ${this.#running} that is running`);
  }

  private async exclusively<T>(what: string, task: () => Promise<T>): Promise<T> {
    this.expectIdle(what);
    this.#running = what;
    try {
      return await task();
    } finally {
      this.#running = null;
    }
  }

  /** Predicts batch by batch; `first` counts along `rows`. */
  private eachBatch(samples: Samples, rows: Uint32Array, visit: (outputs: Float32Array, first: number) => void): void {
    const { engine } = this;
    const { microBatch } = engine.compiled;
    for (let first = 0; first < rows.length; first += microBatch) {
      const part = rows.subarray(first, first + microBatch);
      runOn(engine, { samples, rows: part }, 'predict');
      visit(engine.outputs(part.length), first);
    }
  }
}

const countTo = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, index) => index);
