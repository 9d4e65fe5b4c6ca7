// The trainer runs steps: it holds the engine and knows the task, takes what was read from users, and allocates nothing
// in a step. fit.ts and stream.ts drive it; learner.ts is what users hold.

import type { CompiledLearner } from '../compile/compiled.ts';
import { countTo, shuffled } from '../data/order.ts';
import { BusyError, ConfigurationError, DisposedError, InputError } from '../errors.ts';
import type { Judgement, Metrics, Outputs, Tally, Targets, TaskHost } from '../tasks/host/host.ts';
import { cut } from './batching.ts';
import { ADAPTING, Engine, OUTSIDE, type EngineOptions } from './engine.ts';
import type { SampleInput, Samples } from './inputs.ts';
import type { Judged, JudgedData, StepResult } from './judged.ts';
import { LastGood } from './last-good.ts';
import type { Pace } from './pacing.ts';
import { samplesOf } from './sequences.ts';
import { runAll, runOn, type Data } from './ports.ts';
import type { MemoryOf, ReplayMemory } from './replay.ts';
import type { Standardization } from '../tasks/host/scale.ts';
import { Standardizer } from './standardization.ts';

export type { Judged, JudgedData, StepResult } from './judged.ts';

export class Trainer {
  readonly host: TaskHost;
  /** Of the outputs now. */
  names: readonly string[];
  /** Epochs begun. */
  epochs = 0;
  /** Rows of streams that were read and are not learned yet. */
  waiting = 0;
  #engine: Engine | null;
  #standardizer: Standardizer;
  /** Of single steps, for as many outputs. */
  #steps: { readonly outputs: number; readonly tally: Tally<unknown> } | null = null;
  /** What the last step gave: whether it scored, its loss, its answers, what the rule told. */
  #scored = false;
  #loss = Number.NaN;
  /** That of the step before. */
  #lossBefore = Number.NaN;
  #answers = new Float32Array(0);
  readonly #told: Float64Array;
  /** The names of what is told. */
  readonly #tells: readonly string[];
  /** All rows of the data that came last: most come in batches of one size. */
  #rows = countTo(0);
  readonly #good = new LastGood();
  readonly #memory: MemoryOf;
  /** Null where nothing is remembered. */
  replay: ReplayMemory | null;
  /** What must end before anything else may change the ground: a `fit`, a `resize`. */
  #running: string | null = null;

  /** `memory`: of what is remembered, where that may be. */
  constructor(engine: Engine, host: TaskHost, memory: MemoryOf = () => null) {
    this.#engine = engine;
    this.#memory = memory;
    this.replay = memory(engine);
    this.host = host;
    this.#standardizer = new Standardizer(engine.compiled, engine.compiled.standardize.given);
    this.names = engine.compiled.task.names;
    this.#tells = Object.keys(engine.compiled.tells);
    this.#told = new Float64Array(this.#tells.length).fill(Number.NaN);
  }

  static async start(
    compiled: CompiledLearner,
    host: TaskHost,
    memory?: MemoryOf,
    options?: EngineOptions,
  ): Promise<Trainer> {
    return new Trainer(await Engine.start(compiled, options), host, memory);
  }

  get engine(): Engine {
    if (this.#engine === null) throw new DisposedError('this learner was disposed');
    return this.#engine;
  }

  /** Another one, which has taken over what was learned. */
  set engine(engine: Engine) {
    this.#engine = engine;
    this.replay = this.#memory(engine);
    this.#told.fill(Number.NaN);
  }

  get compiled(): CompiledLearner {
    return this.engine.compiled;
  }

  /** Null before it is decided: by the first fit, or by weights from elsewhere, which want samples as they are. */
  get standardization(): Standardization | null {
    return this.#standardizer.by;
  }

  set standardization(by: Standardization | null) {
    this.#standardizer = new Standardizer(this.compiled, by);
  }

  get outputs(): Outputs {
    return { names: this.names, count: this.engine.outputs };
  }

  dispose(): void {
    this.#engine = null;
  }

  samples(input: SampleInput): Samples {
    return samplesOf(this.compiled, input);
  }

  /** @throws InputError for samples or targets that do not fit, or are not as many. */
  data(input: SampleInput, target: unknown, samples = this.samples(input)): JudgedData {
    const targets = this.host.read(target, this.outputs, samples);
    if (samples.count !== targets.count) {
      const came = `${samples.count} samples and ${targets.count} ${this.host.called}`;
      throw new InputError(`got ${came}, wanted as many of both`);
    }
    if (this.#rows.length !== samples.count) this.#rows = countTo(samples.count);
    return { samples, targets, rows: this.#rows };
  }

  /** The order of samples in an epoch: f(seed, epoch). */
  order(count: number, epoch: number): Uint32Array {
    return shuffled(count, this.engine.seed, epoch);
  }

  // ---- learning ----------------------------------------------------------------------------------------------------

  /** One training step of one stage on `count` rows from `first` on, when this share of a fit is done. */
  step(data: Data, first: number, count: number, stage: number, progress: number): void {
    this.#good.forget();
    this.rehearse(count, stage, stage + 1, progress);
    this.begin();
    this.stepStage(data, first, count, stage, progress);
    this.engine.step += 1;
  }

  /**
   * One training step of every stage in turn; `isAdapting`: of what goes on where a fit has trained.
   * @throws DivergenceError when the loss is none any more, or the weights are found to be none; the last good ones are
   *   back.
   */
  stepThrough(data: Judged, first: number, count: number, isAdapting: boolean): void {
    const progress = isAdapting && this.epochs > 0 ? ADAPTING : OUTSIDE;
    const { engine } = this;
    if (!this.isCalibrated) this.calibrate({ ...data, rows: Uint32Array.from(data.rows).slice(first, first + count) });
    this.#good.keep(engine, count);
    const { length } = this.compiled.stages;
    this.rehearse(count, 0, length, progress);
    this.begin();
    for (let stage = 0; stage < length; stage++) this.stepStage(data, first, count, stage, progress);
    if (!this.isSound) {
      const loss = this.#loss;
      this.#loss = this.#lossBefore;
      this.#good.comeBack(engine, loss);
    }
    engine.step += 1;
    this.replay?.offer(data, first, count, this.#standardizer);
  }

  /** In front of a step on `count` rows: steps of the stages from `stage` to below `end` on remembered ones. */
  private rehearse(count: number, stage: number, end: number, progress: number): void {
    const { replay } = this;
    if (!replay?.count) return;
    for (let turn = 0; turn < replay.ratio; turn++) {
      const drawn = replay.draw(count);
      for (let at = stage; at < end; at++) this.stepStage(replay.data, 0, drawn, at, progress);
      this.engine.step += 1;
    }
  }

  /** Offers all rows to be remembered; without replay none is. */
  remember(data: JudgedData): void {
    if (this.replay !== null && !this.isCalibrated) this.calibrate(data);
    this.replay?.offer(data, 0, data.rows.length, this.#standardizer);
  }

  /** After the last of several single steps. @throws DivergenceError for weights that are not finite. */
  expectFinite(): void {
    this.#good.expectFinite(this.engine);
  }

  /**
   * What there is to wait for between the steps of an epoch, or what is left of it, beside `pacer`.
   * @param starts where the rows of each step begin, and where the last ones end
   * @param progress how much of the stage is done before a step
   */
  pace?(
    pacer: Pace,
    data: Data,
    starts: ArrayLike<number>,
    stage: number,
    progress: (step: number) => number,
  ): Promise<Pace>;

  private begin(): void {
    this.#lossBefore = this.#loss;
    this.#scored = false;
  }

  private stepStage(data: Data, first: number, count: number, stage: number, progress: number): void {
    const { engine } = this;
    const { step } = engine.compiled.stages[stage];
    engine.schedule(progress);
    if (engine.compiled.counts.samples !== undefined) engine.setCount('samples', count);
    for (let at = 0; at < step.length; at++) {
      const part = step[at];
      if (typeof part === 'string') this.stepPhase(data, first, count, part);
      else engine.raise(part.raise);
    }
  }

  /**
   * Runs a phase of a step on as many rows at a time as the ports hold; once, where it reads nothing of a batch. What
   * it gives is kept.
   */
  private stepPhase(data: Data, first: number, count: number, phase: string): void {
    const { engine } = this;
    const { batch } = engine;
    const { reads, tells, output } = engine.compiled.phases[phase];
    const rows = reads.length === 0 ? Math.min(count, batch) : count;
    let loss = 0;
    for (let done = 0; done < rows; done += batch) {
      const part = Math.min(batch, rows - done);
      runOn(engine, this.#standardizer, data, first + done, part, phase);
      if (output === null) continue;
      loss += engine.losses[phase][0] * (part / rows);
      this.keepAnswers(phase, done, part, rows);
    }
    if (output !== null) {
      this.#scored = true;
      this.#loss = loss;
    }
    for (let at = 0; at < this.#tells.length; at++) {
      const name = this.#tells[at];
      if (tells.includes(name)) this.#told[at] = engine.told[name][0];
    }
  }

  private keepAnswers(phase: string, first: number, count: number, rows: number): void {
    const { outputs } = this.engine;
    if (this.#answers.length < rows * outputs) this.#answers = new Float32Array(rows * outputs);
    const answers = this.answersOf(phase, count);
    for (let at = 0; at < count * outputs; at++) this.#answers[first * outputs + at] = answers[at];
  }

  /** What a phase answered, in the units of the targets; valid until the next answers. */
  private answersOf(phase: string, count: number): Float32Array {
    return this.#standardizer.answers(this.engine.answers[phase], count * this.engine.outputs);
  }

  /** Whether the last step computed loss and answers. */
  get hasScored(): boolean {
    return this.#scored;
  }

  /** Whether the loss of the last step, if there is one, is a number that learning can have behind the one before. */
  get isSound(): boolean {
    if (!this.#scored) return true;
    const usual = this.#lossBefore > 1 ? this.#lossBefore : 1;
    return this.#loss < Infinity && this.#loss <= usual * this.host.lossJump;
  }

  /** The mean loss of the last step; NaN where its stage does not compute it. */
  get loss(): number {
    return this.#scored ? this.#loss : Number.NaN;
  }

  /** Counts the answers of the last step, before its update. */
  judge(tally: Tally<unknown>, { targets, rows }: Judged, first: number, count: number): void {
    if (this.#scored) this.tallyRows(tally, this.#answers, targets, rows, first, count);
  }

  private tallyRows(
    tally: Tally<unknown>,
    answers: Float32Array,
    targets: Targets,
    rows: ArrayLike<number>,
    first: number,
    count: number,
  ): void {
    const { outputs } = this.engine;
    for (let row = 0; row < count; row++) tally.add(answers, row * outputs, targets, rows[first + row]);
  }

  /** For the metrics of steps. */
  tally(): Tally<unknown> {
    return this.host.tally(this.outputs, false);
  }

  /** The last step, on these rows, as users see it. */
  result(data: Judged, first: number, count: number): StepResult {
    const { outputs } = this.engine;
    if (this.#steps?.outputs !== outputs) this.#steps = { outputs, tally: this.tally() };
    const { tally } = this.#steps;
    tally.clear();
    this.judge(tally, data, first, count);
    const { told } = this;
    const result = Object.assign(tally.metrics, { loss: this.loss });
    return (told === null ? result : { ...result, told }) as StepResult;
  }

  /** What the rule tells of the last step, which was counted since. */
  get told(): Metrics | null {
    if (this.#tells.length === 0) return null;
    const { step, learningRate } = this.engine;
    const told = this.#tells.map((name, at) => [name, this.#told[at]]);
    return { step: step - 1, learningRate, ...Object.fromEntries(told) };
  }

  /** Whether scales of activations are known, or none are wanted. */
  get isCalibrated(): boolean {
    return this.engine.quantizer?.isCalibrated ?? true;
  }

  /** Finds the scales of activations among these rows. @throws ConfigurationError where activations are floats. */
  calibrate(data: Data & { readonly rows: Uint32Array }): void {
    const { quantizer } = this.engine;
    if (quantizer === null) {
      throw new ConfigurationError('calibrate finds the scales of int8 activations, but these are floats');
    }
    quantizer.calibrate(this.#standardizer, data.samples, data.rows);
    runAll(this.engine, ['calibrate/begin']);
    this.eachBatch(data, 'calibrate', () => {});
  }

  /** Runs a phase batch by batch, and has each visited: which rows it was, from where and how many. */
  private eachBatch(
    data: Data & { readonly rows: Uint32Array },
    phase: string,
    visit: (rows: ArrayLike<number>, first: number, count: number) => void,
  ): void {
    if (!this.isCalibrated) {
      throw new ConfigurationError('int8 activations have no scales before any samples: calibrate(samples), or fit');
    }
    const { rows, starts } = cut(data.samples, data.rows, this.engine.batch);
    for (let batch = 0; batch + 1 < starts.length; batch++) {
      const [first, count] = [starts[batch], starts[batch + 1] - starts[batch]];
      runOn(this.engine, this.#standardizer, { ...data, rows }, first, count, phase);
      visit(rows, first, count);
    }
  }

  /** The answers, [rows, outputs] row by row. */
  predict(samples: Samples): Float32Array {
    const { outputs } = this.engine;
    const result = new Float32Array(samples.count * outputs);
    this.eachBatch({ samples, targets: null, rows: countTo(samples.count) }, 'predict', (rows, first, count) => {
      const answers = this.answersOf('predict', count);
      for (let row = 0; row < count; row++) {
        const at = rows[first + row] * outputs;
        for (let i = 0; i < outputs; i++) result[at + i] = answers[row * outputs + i];
      }
    });
    return result;
  }

  /** Loss, metrics and all that `evaluate` tells of these rows. */
  evaluate(data: JudgedData): { metrics: Metrics; evaluation: Judgement } {
    const tally = this.host.tally(this.outputs, true);
    let total = 0;
    this.eachBatch(data, 'evaluate', (rows, first, count) => {
      total += this.engine.losses.evaluate[0] * count;
      this.tallyRows(tally, this.answersOf('evaluate', count), data.targets, rows, first, count);
    });
    const count = data.rows.length;
    const loss = total / count;
    return { metrics: { loss, ...tally.metrics }, evaluation: { count, loss, ...(tally.result as object) } };
  }

  /**
   * To be called before anything that replaces weights or names: drops the copy that single steps can go back to.
   * @throws BusyError while something runs that must end first.
   */
  expectIdle(what: string): void {
    this.#good.forget();
    const running = this.#running ?? (this.waiting > 0 ? 'train' : null);
    if (running !== null) throw new BusyError(`${what}: wait for the ${running} that is running`);
  }

  async exclusively<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.expectIdle(what);
    this.#running = what;
    try {
      return await work();
    } finally {
      this.#running = null;
    }
  }

  /** Back to the first weights and names. */
  reset(): void {
    this.expectIdle('reset');
    this.engine.fixedRate = null;
    this.engine.reset();
    this.names = this.compiled.task.names;
    this.epochs = 0;
    this.standardization = this.compiled.standardize.given;
  }
}
