// The loop over epochs: shuffled batches, validation, early stop, abort, callbacks that may be async.

import { heldByClass } from '../data/order.ts';
import { ConfigurationError, DivergenceError } from '../errors.ts';
import { described, expectIs, finite, integer } from '../options.ts';
import type { Metrics } from '../tasks/host/host.ts';
import { cut } from './batching.ts';
import type { SampleInput } from './inputs.ts';
import { divergence } from './last-good.ts';
import { Pacer, refuseAborted } from './pacing.ts';
import { runAll } from './ports.ts';
import { measure } from './standardization.ts';
import { plateau, StageWalk, type Better } from './stages.ts';
import type { TargetInput } from './targets.ts';
import type { JudgedData, Trainer } from './trainer.ts';
import { weighted, type Weights } from './weighting.ts';

/**
 * Numbers of an epoch by name: `loss` and the task's metrics (`acc`; `r2`, `mse`, `mae`; `exact`, `acc`, `f1`), each
 * the mean over the epoch before each update, NaN in a stage that does not compute it; with validation data `val_loss`,
 * `val_acc`, ..., after the epoch. Accuracies are shares.
 */
export type Logs = Metrics & { readonly loss: number };

export type BatchLogs = Metrics & {
  readonly epoch: number;
  /** Batches done in this fit, and to be done. */
  readonly step: number;
  readonly stepsTotal: number;
  readonly loss: number;
  /** What the rule tells of a step, by name, beside its `step` and `learningRate`. */
  readonly told?: Metrics;
};

/** Each is awaited. Epochs count from 0. */
export interface Callbacks {
  onEpochBegin?(epoch: number): unknown;
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchEnd?(logs: BatchLogs): unknown;
}

export interface EarlyStopping {
  /** Default: with validation data `val_` and the task's first metric, as `val_acc`, else `loss`. */
  readonly monitor?: string;
  /** Epochs without improvement before stopping; default 3. */
  readonly patience?: number;
}

export interface FitOptions extends Weights {
  /** Default 1. */
  readonly epochs?: number;
  /**
   * Batches of this fit that were done before what was saved was restored, as `logs.step` told then: goes on behind
   * them, bit for bit. Numbers of their epoch are of its rest. Default 0.
   */
  readonly initialStep?: number;
  /** Default: the batch size the learner was planned for, which is the most. */
  readonly batchSize?: number;
  /**
   * The share of the samples, of every class alike, chosen by the seed, that is kept for validation: at least one
   * sample of each class of two or more.
   */
  readonly validationSplit?: number;
  readonly validationData?: readonly [SampleInput, TargetInput];
  /** Stops early and restores the best epoch. A rule that trains in stages is watched in the last one only. */
  readonly earlyStopping?: EarlyStopping | boolean;
  /** Default true. */
  readonly shuffle?: boolean;
  readonly signal?: AbortSignal;
  readonly callbacks?: Callbacks;
}

export interface History {
  readonly epoch: number[];
  /** What `Logs` holds, epoch by epoch. */
  readonly history: Record<string, number[]>;
}

/** The stream of the draw that picks validation samples: an epoch number no training reaches. */
const VALIDATION_EPOCH = 0x7fffffff;

interface Parts {
  /** What is learned from. */
  readonly data: JudgedData;
  readonly validation: JudgedData | null;
}

/** Samples of a first fit that scales of activations are found among. */
export const CALIBRATED = 512;

export async function fit(trainer: Trainer, given: JudgedData, options: FitOptions): Promise<History> {
  const { epochs = 1, signal, callbacks = {} } = options;
  expectIs('epochs', epochs, integer(1));
  const { data, validation } = split(trainer, given, options);
  const isBetter = betterBy(trainer);
  const stages = new StageWalk(trainer.compiled.stages, epochs, isBetter);
  const best = watchEpochs(trainer, options, validation !== null, isBetter);
  const history: History = { epoch: [], history: {} };
  const { batchSize = trainer.compiled.batchSize } = options;
  expectIs('batchSize', batchSize, integer(1, trainer.compiled.batchSize));
  const { standardization, engine } = trainer;
  if (engine.step === 0 && standardization === null) trainer.standardization = measure(trainer.compiled, data);
  if (!trainer.isCalibrated) trainer.calibrate({ ...data, rows: spread(data.rows, CALIBRATED) });
  const loop = { trainer, data, options, epochs, batchSize, pacer: new Pacer() };
  const begun = beginning(loop);
  for (let epoch = 0; epoch < begun.epoch; epoch++) if (stages.isOver(epoch, {})) stages.advance(epoch + 1);
  let good = trainer.engine.snapshot();
  try {
    if (begun.epoch === 0 && begun.step === 0) runAll(trainer.engine, stages.now.enter);
    for (let { epoch } = begun; epoch < epochs; epoch++) {
      refuseAborted(signal);
      await callbacks.onEpochBegin?.(epoch);
      const trained = await runEpoch(loop, epoch, stages, epoch === begun.epoch ? begun.step : 0);
      if (!trainer.engine.isFinite) throw diverged(null, epoch);
      good = trainer.engine.snapshot(good);
      const logs = validation === null ? trained : { ...trained, ...validated(trainer, validation) };
      record(history, epoch, logs);
      await callbacks.onEpochEnd?.(epoch, logs);
      if (stages.isLast && best?.isEnough(logs)) break;
      if (!stages.isOver(epoch, logs)) continue;
      runAll(trainer.engine, stages.now.leave);
      if (stages.isLast) break;
      stages.advance(epoch + 1);
      runAll(trainer.engine, stages.now.enter);
    }
    refuseAborted(signal);
  } catch (error) {
    if (error instanceof DivergenceError) trainer.engine.comeBack(good);
    throw error;
  } finally {
    if (engine.step === 0) trainer.standardization = standardization;
  }
  best?.restore();
  trainer.remember(data);
  return history;
}

/** At most so many rows, from all over. */
function spread(rows: Uint32Array, most: number): Uint32Array {
  const step = Math.ceil(rows.length / most);
  return rows.filter((_, at) => at % step === 0);
}

interface Loop {
  readonly trainer: Trainer;
  readonly data: JudgedData;
  readonly options: FitOptions;
  readonly epochs: number;
  readonly batchSize: number;
  readonly pacer: Pacer;
}

/**
 * Where a resumed fit starts: in the epoch of the last step that was done, behind that step. If it ended its epoch,
 * what follows an epoch (callbacks, a change of stage) happens again.
 */
function beginning({ trainer, data, options, epochs, batchSize }: Loop): { epoch: number; step: number } {
  const { initialStep = 0, earlyStopping = false } = options;
  const { engine, compiled } = trainer;
  if (initialStep === 0) return { epoch: 0, step: 0 };
  const steps = cut(data.samples, data.rows, batchSize).starts.length - 1;
  expectIs('initialStep', initialStep, integer(0, Math.min(engine.step, Math.min(epochs, trainer.epochs) * steps)));
  if (earlyStopping !== false || compiled.stages.some(({ until }) => 'plateau' in until)) {
    throw new ConfigurationError(
      `initialStep is ${initialStep}, but what was watched before it is not known: wanted neither earlyStopping ` +
        'nor a rule whose stages end by a plateau',
    );
  }
  const epoch = Math.ceil(initialStep / steps) - 1;
  return { epoch, step: initialStep - epoch * steps };
}

async function runEpoch(loop: Loop, epoch: number, stages: StageWalk, done: number): Promise<Logs> {
  const { trainer, data, options, epochs, batchSize, pacer } = loop;
  const { signal, shuffle = true, callbacks = {} } = options;
  const number = done > 0 ? trainer.epochs - 1 : trainer.epochs;
  const order = shuffle ? trainer.order(data.rows.length, number).map((at) => data.rows[at]) : data.rows;
  const { rows, starts } = cut(data.samples, order, batchSize, shuffle ? (n) => trainer.order(n, number) : undefined);
  const ordered = { ...data, rows };
  const steps = starts.length - 1;
  const { onBatchEnd } = callbacks;
  const tally = trainer.tally();
  const progress = (at: number): number => stages.progress(epoch + (done + at) / steps);
  const pace = (await trainer.pace?.(pacer, ordered, starts.slice(done), stages.stage, progress)) ?? pacer;
  let lossSum = 0;
  for (let step = done; step < steps; step++) {
    refuseAborted(signal);
    const [first, count] = [starts[step], starts[step + 1] - starts[step]];
    trainer.step(ordered, first, count, stages.stage, stages.progress(epoch + step / steps));
    trainer.epochs = number + 1;
    const { loss } = trainer;
    if (!trainer.isSound) throw diverged(loss, epoch);
    lossSum += loss * count;
    trainer.judge(tally, ordered, first, count);
    if (onBatchEnd !== undefined) {
      const done = { epoch, step: epoch * steps + step + 1, stepsTotal: epochs * steps };
      await onBatchEnd({ ...done, ...trainer.result(ordered, first, count) } as BatchLogs);
    }
    await pace.breathe();
  }
  return { loss: lossSum / (order.length - starts[done]), ...tally.metrics };
}

const diverged = (loss: number | null, epoch: number): DivergenceError =>
  divergence(loss, `epoch ${epoch}`, 'the weights of before are back');

function split(trainer: Trainer, given: JudgedData, options: FitOptions): Parts {
  const { validationSplit = 0, validationData } = options;
  expectIs('validationSplit', validationSplit, finite(0, 1));
  const data = weighted(trainer, given, options);
  if (validationData !== undefined) return { data, validation: trainer.data(...validationData) };
  if (validationSplit === 0) return { data, validation: null };
  const { count } = data.samples;
  const order = trainer.order(count, VALIDATION_EPOCH);
  const held = Math.max(1, Math.round(count * validationSplit));
  if (held === count) {
    throw new ConfigurationError(`validationSplit ${validationSplit} of ${held} samples leaves none to learn from`);
  }
  const isHeld = heldOf(trainer, data, held);
  const aside = order.filter((row, at) => isHeld?.(row) ?? at < held);
  const taken = new Set(aside);
  return {
    data: { ...data, rows: order.filter((row) => !taken.has(row)).sort() },
    validation: { ...given, rows: aside.sort() },
  };
}

/** Of every class its share. */
function heldOf(
  { compiled: { task }, names }: Trainer,
  { targets, samples: { count } }: JudgedData,
  held: number,
): ((row: number) => boolean) | undefined {
  if (task.count === null) return undefined;
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) targets.copy(row, labels, row);
  return heldByClass(labels, names.length, held);
}

function validated(trainer: Trainer, validation: JudgedData): Metrics {
  const { metrics } = trainer.evaluate(validation);
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`val_${name}`, value]));
}

function record(past: History, epoch: number, logs: Logs): void {
  past.epoch.push(epoch);
  for (const [name, value] of Object.entries(logs)) {
    past.history[name] ??= [];
    past.history[name].push(value);
  }
}

/** Losses and errors are better when lower; anything is better than NaN. */
const betterBy =
  ({ host: { metrics } }: Trainer): Better =>
  (name, value, than) => {
    const isLower = metrics[name.replace(/^val_/, '')] !== 'higher';
    return Number.isNaN(than) ? !Number.isNaN(value) : isLower ? value < than : value > than;
  };

interface Watch {
  /** Remembers the epoch just done, if it is the best; whether there were enough without improvement. */
  isEnough(logs: Logs): boolean;
  /** Back to the best epoch. */
  restore(): void;
}

/** Null where there is no early stopping. */
function watchEpochs(
  { engine, host }: Trainer,
  { earlyStopping = false }: FitOptions,
  isValidated: boolean,
  isBetter: Better,
): Watch | null {
  if (earlyStopping === false) return null;
  const names = ['loss', ...Object.keys(host.metrics)];
  const validation = isValidated ? names.map((name) => `val_${name}`) : [];
  const { monitor = validation[1] ?? 'loss', patience = 3 } = earlyStopping === true ? {} : earlyStopping;
  const known = [...names, ...validation];
  if (!known.includes(monitor)) {
    const why = isValidated ? '' : ', as there is no validation data';
    throw new ConfigurationError(`earlyStopping monitors ${described(monitor)}, wanted ${known.join(', ')}${why}`);
  }
  let snapshot: readonly Uint8Array[] | undefined;
  return {
    isEnough: plateau(monitor, patience, isBetter, () => {
      snapshot = engine.snapshot(snapshot);
    }),
    restore() {
      if (snapshot !== undefined) engine.comeBack(snapshot);
    },
  };
}
