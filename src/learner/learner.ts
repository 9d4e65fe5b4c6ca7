// The learner: what users hold. Every method reads what it is given, has the trainer below do it, and gives what users
// see. It holds no rule; what was recorded is all it needs.

import type { CompiledLearner, MemoryPlan } from '../compile/compiled.ts';
import { countTo } from '../data/order.ts';
import { expectIs, expectOptions, finite } from '../options.ts';
import { ConfigurationError, InputError } from '../errors.ts';
import type { Evaluation } from '../tasks/host/classification.ts';
import { argmax, type Judgement } from '../tasks/host/host.ts';
import { readCheckpoint, writeCheckpoint, type RestoreOptions } from './checkpoint.ts';
import { expectLike } from './batching.ts';
import { addClass, expectClasses, removeClass } from './classes.ts';
import { OUTSIDE } from './engine.ts';
import { expectFitOptions } from './fit-options.ts';
import { fit, type FitOptions, type History } from './fit.ts';
import type { SampleInput } from './inputs.ts';
import { expectSaveOptions, type SaveOptions } from './metadata.ts';
import { act, provide } from './ports.ts';
import { AS_THEY_ARE, type Standardization } from '../tasks/host/scale.ts';
import { trainStream, type StreamSample, type TrainEvent, type TrainOptions } from './stream.ts';
import type { TargetInput } from './targets.ts';
import type { StepResult, Trainer } from './trainer.ts';
import { weighted, type Weights } from './weighting.ts';
import {
  getWeights,
  setWeights,
  storedWeights,
  weightHash,
  type StoredWeight,
  type WeightInput,
  type WeightValues,
} from './weights.ts';

export interface Classification {
  readonly label: string;
  readonly index: number;
  /** The output for the label: its probability, for losses that give one. */
  readonly confidence: number;
  /** The outputs for all classes, by name. */
  readonly scores: Readonly<Record<string, number>>;
}

/**
 * The plan in short, and what of it was touched: the same keys as `onward memory --json`. Where each buffer lies and
 * what is alive at each call is in `compiled.memory`.
 */
export interface MemoryReport extends Omit<MemoryPlan, 'buffers' | 'timeline'> {
  readonly rule: string;
  /** Bytes of the plan touched so far; all of them once every phase has run. */
  readonly usedBytes: number;
  /** Bytes touched outside the plan: 0. */
  readonly strayBytes: number;
}

/** `Result` is what `evaluate` gives: an `Evaluation` of classes, unless another task was declared. */
export class Learner<Result extends Judgement = Evaluation> {
  readonly #trainer: Trainer;

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
    // `using` where the platform has it (Chrome 134, Node 20)
    const { dispose } = Symbol as { readonly dispose?: symbol };
    if (dispose !== undefined) Object.defineProperty(this, dispose, { value: () => this.dispose() });
  }

  get compiled(): CompiledLearner {
    return this.#trainer.compiled;
  }

  /** Names of the classes there are now; under other tasks those of the outputs, if they have names. */
  get classNames(): readonly string[] {
    return this.#trainer.names;
  }

  get seed(): number {
    return this.#trainer.engine.seed;
  }

  /** Training steps done. */
  get steps(): number {
    return this.#trainer.engine.step;
  }

  /** Samples remembered now. */
  get remembered(): number {
    return this.#trainer.replay?.count ?? 0;
  }

  /** Epochs begun by `fit`, in all. */
  get epochs(): number {
    return this.#trainer.epochs;
  }

  /** Of the rule's first optimiser, as the last step had it; NaN for a rule without one. */
  get learningRate(): number {
    return this.#trainer.engine.learningRate;
  }

  /** By which samples, and values to be learned, are standardised; null each where they are learned as they are. */
  get standardization(): Standardization {
    return this.#trainer.standardization ?? AS_THEY_ARE;
  }

  /**
   * The rate of the rule's first optimiser from now on, to which others keep their proportion, between two steps of a
   * `fit` too, in place of schedules; null gives these back.
   * @throws ConfigurationError for a rate that is not finite, or below 0.
   */
  setLearningRate(rate: number | null): void {
    if (rate !== null) expectIs('learningRate', rate, finite(0));
    this.#trainer.engine.fixedRate = rate;
    this.#trainer.engine.schedule(OUTSIDE);
  }

  // ---- learning ----------------------------------------------------------------------------------------------------

  /**
   * Learns from all samples for some epochs.
   * @param targets labels as indices, names or one-hot rows; rows of values for tasks that have values; `null` for a
   *   reconstruction
   * @throws InputError for samples or targets that do not fit, ConfigurationError for options that do not; what
   *   `signal` gives as its reason when it fires, unless told a DOMException 'AbortError' (what was learned by then is
   *   kept); DivergenceError when loss or weights stop being finite (the last good epoch is restored); BusyError while
   *   another `fit` runs.
   */
  async fit(samples: SampleInput, targets: TargetInput, options: FitOptions = {}): Promise<History> {
    const trainer = this.#trainer;
    expectFitOptions(options);
    return trainer.exclusively('fit', () => fit(trainer, trainer.data(samples, targets), options));
  }

  /**
   * Nothing is learned until it is iterated: `for await (const event of learner.train(stream))`. Learns from a stream
   * of `{ x, y }`, batch by batch, after a `fit` at a tenth of its rate (`adaptation`); yields an event for each step.
   * `break` stops it and releases the stream. Samples are copied when they come.
   * @throws like `fit`; at a DivergenceError what was learned at most 256 samples or 32 steps ago is back.
   */
  train(
    stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainEvent, void> {
    return trainStream(this.#trainer, stream, options);
  }

  /**
   * Learns one sample now, after a `fit` at a tenth of its rate (`adaptation`). Gives loss and metrics before the
   * update.
   * @throws DivergenceError as `train`.
   */
  learnOne(sample: SampleInput, target: TargetInput): StepResult {
    return this.learnAtOnce('learnOne', 1, sample, target, {});
  }

  /**
   * One training step on these samples, at most the planned batch. Gives loss and metrics before the update.
   * @throws DivergenceError as `train`.
   */
  trainOnBatch(samples: SampleInput, targets: TargetInput, weights: Weights = {}): StepResult {
    expectOptions('trainOnBatch', weights, ['classWeight', 'sampleWeight']);
    return this.learnAtOnce('trainOnBatch', this.compiled.batchSize, samples, targets, weights);
  }

  /**
   * Offers samples to be remembered, and learns nothing; `fit` offers what it has learned from, the other methods what
   * they learn.
   * @throws ConfigurationError for a learner without `replay`.
   */
  remember(samples: SampleInput, targets: TargetInput): void {
    const trainer = this.#trainer;
    trainer.expectIdle('remember');
    if (this.compiled.replay === null) {
      throw new ConfigurationError(
        'remember: there is no room to, wanted createLearner({ ..., replay: replay({ capacity }) })',
      );
    }
    trainer.remember(trainer.data(samples, targets));
  }

  private learnAtOnce(
    what: string,
    most: number,
    samples: SampleInput,
    targets: TargetInput,
    weights: Weights,
  ): StepResult {
    const trainer = this.#trainer;
    const data = weighted(trainer, trainer.data(samples, targets), weights);
    const { count } = data.samples;
    if (count > most) {
      const wanted = most === 1 ? 'one: use trainOnBatch or fit' : `at most ${most}, as planned`;
      throw new InputError(`${what} got ${count} samples, wanted ${wanted}`);
    }
    expectLike(data.samples);
    trainer.stepThrough(data, 0, count, most === 1);
    return trainer.result(data, 0, count);
  }

  /**
   * Runs an action of the rule, once for each row: a row gives the numbers that the action takes, by name, `step` and
   * `learningRate` among them where it takes those.
   * @throws ConfigurationError for an action the rule does not have, or a number that a row lacks.
   */
  act(name: string, rows: readonly Readonly<Record<string, number>>[]): void {
    this.#trainer.expectIdle(name);
    act(this.#trainer.engine, name, rows);
  }

  /**
   * Fills a port of the rule's that keeps its values until it is filled again, row-major: a graph, a mask. What a stage
   * makes of them is made anew when it begins.
   * @throws InputError for a name there is not, or another number of values; then nothing is changed.
   */
  provide(name: string, values: ArrayLike<number>): void {
    this.#trainer.expectIdle('provide');
    provide(this.#trainer.engine, name, values);
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  /** The answers, [samples, outputs] row by row: probabilities where the loss is one of logits, else values. */
  predict(samples: SampleInput): Float32Array {
    return this.#trainer.predict(this.#trainer.samples(samples));
  }

  /** The most probable class of one sample. @throws ConfigurationError for a learner of another task. */
  classify(sample: SampleInput): Classification {
    const trainer = this.#trainer;
    expectClasses(trainer, 'classify');
    const samples = trainer.samples(sample);
    if (samples.count !== 1) throw new InputError(`classify got ${samples.count} samples, wanted one: use predict`);
    const { names } = trainer;
    if (names.length === 0) throw new InputError('classify: there is no class yet, addClass makes one');
    const scores = trainer.predict(samples);
    const index = argmax(scores, 0, scores.length);
    return {
      index,
      label: names[index],
      confidence: scores[index],
      scores: Object.fromEntries(names.map((name, at) => [name, scores[at]])),
    };
  }

  /** Loss and what the task tells (of classes: accuracy, precision, recall, confusion); nothing is learned. */
  evaluate(samples: SampleInput, targets: TargetInput): Result {
    return this.#trainer.evaluate(this.#trainer.data(samples, targets)).evaluation as Result;
  }

  // ---- classes -----------------------------------------------------------------------------------------------------

  /**
   * Makes room for one more class; the logits of the others do not change. Gives its index.
   * @throws CapacityError when the capacity is used up; ConfigurationError for a name there is already, or another
   *   task.
   */
  addClass(name: string): number {
    return addClass(this.#trainer, name);
  }

  /**
   * Forgets a class and all that was learned for it alone; the classes behind it move up by one index, their logits do
   * not change. (Under a rule with a fixed random target for each class, as tpSGD, those that moved have another one.)
   * @throws ConfigurationError for a name there is not, or another task; BusyError during a `fit`.
   */
  removeClass(name: string): void {
    this.#trainer.expectIdle('removeClass');
    removeClass(this.#trainer, name);
  }

  // ---- what it is, and what it learned -----------------------------------------------------------------------------

  /** The network layer by layer, with shapes and parameters, as text. */
  summary(): string {
    return this.compiled.summary;
  }

  /** The plan in short, and what of it was touched. */
  memory(): MemoryReport {
    const { compiled, engine } = this.#trainer;
    const { buffers: _buffers, timeline: _timeline, ...plan } = compiled.memory;
    return { rule: compiled.rule.name, ...plan, ...engine.touched() };
  }

  /**
   * Everything learned, as bytes: weights, optimiser state, counters, names; with `metadata` of your own, in JSON.
   * @throws ConfigurationError for metadata that is none.
   */
  save(options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
    expectSaveOptions(options);
    return writeCheckpoint(this.#trainer, options.metadata);
  }

  /**
   * Continues from saved bytes, bit for bit; with `requantize` from those of another storage too, whose weights are
   * then kept as here: so a learner of floats becomes one of int8, to be calibrated.
   * @throws CheckpointError when they are damaged or of a different learner; then nothing is changed.
   */
  restore(bytes: Uint8Array | ArrayBuffer, options: RestoreOptions = {}): void {
    expectOptions('restore', options, ['requantize']);
    this.#trainer.expectIdle('restore');
    readCheckpoint(this.#trainer, bytes, options);
  }

  /** Back to the first weights, as if nothing had been learned. */
  reset(): void {
    this.#trainer.reset();
  }

  /**
   * Finds the scales of int8 activations anew, among these samples: what a first `fit` does with its first 512. Weights
   * that were learned in float are quantized so: `restore` with `requantize`, or `setWeights`, then `calibrate`.
   * @throws ConfigurationError where activations are floats.
   */
  calibrate(samples: SampleInput): void {
    const trainer = this.#trainer;
    trainer.expectIdle('calibrate');
    const given = trainer.samples(samples);
    trainer.calibrate({ samples: given, targets: null, rows: countTo(given.count) });
  }

  /** The weights by name, as the float values that products see. */
  weights(): Record<string, WeightValues> {
    return getWeights(this.#trainer.engine);
  }

  /** The weights by name, as the storage keeps them: what is written into a chip, or a program in C. */
  storedWeights(): Record<string, StoredWeight> {
    return storedWeights(this.#trainer.engine);
  }

  /**
   * Sets weights by name, from values in the order of `weights()`, of this learner or of another with such weights.
   * What an optimiser keeps of them stays. A first `fit` standardises nothing then: they are for samples as they are.
   * @throws InputError for a name there is not, values of another shape, or that are not finite; then nothing is
   *   changed.
   */
  setWeights(weights: Readonly<Record<string, WeightInput>>): void {
    this.#trainer.expectIdle('setWeights');
    setWeights(this.#trainer, weights);
  }

  /** A fingerprint of all weights as they are stored: equal for equal bits. */
  weightHash(): string {
    return weightHash(this.#trainer.engine);
  }

  /** Frees the memory at once; without it, the garbage collector does. Offered as `Symbol.dispose` too. */
  dispose(): void {
    this.#trainer.dispose();
  }
}
