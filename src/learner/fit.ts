// The loop over epochs: shuffled batches, validation, early stop, abort, callbacks that may be async.

import { DivergenceError, InputError, ConfigurationError } from './errors.ts';
import { readLabels, readSamples, type LabelInput, type SampleInput, type Samples } from './inputs.ts';
import type { Trainable } from './trainable.ts';
import { abortError, Pacer } from './pacing.ts';

/** Numbers of an epoch; `val_*` with validation data. Accuracies are shares. */
export interface Logs {
  readonly loss: number;
  readonly acc: number;
  readonly val_loss?: number;
  readonly val_acc?: number;
}

export interface BatchLogs {
  readonly epoch: number;
  /** Batches done in this fit, and to be done. */
  readonly step: number;
  readonly stepsTotal: number;
  readonly loss: number;
  readonly acc: number;
}

export interface Callbacks {
  onEpochBegin?(epoch: number): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  onBatchEnd?(logs: BatchLogs): void | Promise<void>;
}

export interface EarlyStopping {
  /** Default `val_acc` with validation data, else `loss`. */
  readonly monitor?: keyof Logs;
  /** Epochs without improvement before stopping; default 3. */
  readonly patience?: number;
}

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** Default: the batch size the learner was planned for, which is the most. */
  readonly batchSize?: number;
  /** The share of the samples, chosen by the seed, that is kept for validation. */
  readonly validationSplit?: number;
  readonly validationData?: readonly [SampleInput, LabelInput];
  /** Stops early and restores the best epoch. */
  readonly earlyStopping?: EarlyStopping | boolean;
  /** Default true. */
  readonly shuffle?: boolean;
  readonly signal?: AbortSignal;
  readonly callbacks?: Callbacks;
}

export interface History {
  readonly epoch: number[];
  readonly history: { loss: number[]; acc: number[]; val_loss?: number[]; val_acc?: number[] };
}

/** The stream of the draw that picks validation samples: an epoch number no training reaches. */
const VALIDATION_EPOCH = 0x7fffffff;

export async function fit(learner: Trainable, samples: Samples, labels: Int32Array, options: FitOptions): Promise<History> {
  const { epochs = 1, signal, callbacks = {} } = options;
  const parts = partition(learner, samples, labels, options);
  const batchSize = checkedBatchSize(learner, options.batchSize);
  const stepsPerEpoch = Math.ceil(parts.train.length / batchSize);
  const history: History = { epoch: [], history: { loss: [], acc: [] } };
  const best = new BestEpoch(learner, options, parts.validation !== null);
  const pacer = new Pacer();
  let good = learner.engine.snapshot();

  for (let epoch = 0; epoch < epochs; epoch++) {
    await callbacks.onEpochBegin?.(epoch);
    const number = learner.beginEpoch();
    const stage = stageOf(learner, epoch, epochs);
    const order = options.shuffle === false ? parts.train : learner.order(parts.train.length, number).map((at) => parts.train[at]);
    let [lossSum, correct] = [0, 0];
    for (let step = 0; step < stepsPerEpoch; step++) {
      if (signal?.aborted) throw abortError(signal);
      setLearningRate(learner, (epoch * stepsPerEpoch + step) / (epochs * stepsPerEpoch));
      const rows = order.subarray(step * batchSize, (step + 1) * batchSize);
      const result = learner.learn(samples, labels, rows, stage);
      lossSum += result.loss * rows.length;
      correct += result.correct;
      if (callbacks.onBatchEnd !== undefined) {
        await callbacks.onBatchEnd({
          epoch, step: epoch * stepsPerEpoch + step + 1, stepsTotal: epochs * stepsPerEpoch, loss: result.loss, acc: result.correct / rows.length,
        });
      }
      await pacer.breathe();
    }
    if (Number.isNaN(lossSum) && learner.compiled.stages[stage].outcome !== null) {
      learner.engine.comeBack(good);
      throw new DivergenceError(`the loss became NaN in epoch ${epoch + 1}; the weights of the epoch before are back. A smaller learning rate may help`);
    }
    good = learner.engine.snapshot();
    const logs = record(history, epoch, { loss: lossSum / parts.train.length, acc: correct / parts.train.length }, parts.validate());
    await callbacks.onEpochEnd?.(epoch, logs);
    if (best.isEnough(logs)) break;
  }
  best.restore();
  return history;
}

interface Partition {
  readonly train: Uint32Array;
  readonly validation: object | null;
  validate(): { val_loss: number; val_acc: number } | null;
}

function partition(learner: Trainable, samples: Samples, labels: Int32Array, options: FitOptions): Partition {
  const { validationSplit = 0, validationData } = options;
  if (samples.count !== labels.length) throw new InputError(`got ${samples.count} samples and ${labels.length} labels`);
  if (!(validationSplit >= 0 && validationSplit < 1)) throw new ConfigurationError(`validationSplit is ${validationSplit}, wanted at least 0 and below 1`);
  const all = Uint32Array.from({ length: samples.count }, (_, row) => row);
  const scored = ({ loss, accuracy }: { loss: number; accuracy: number }) => ({ val_loss: loss, val_acc: accuracy });
  if (validationData !== undefined) {
    const given = readSamples(validationData[0], learner.compiled.network.inputShape);
    const known = readLabels(validationData[1], learner.classNames);
    return { train: all, validation: given, validate: () => scored(learner.evaluateRows(given, known)) };
  }
  if (validationSplit === 0) return { train: all, validation: null, validate: () => null };
  const order = learner.order(samples.count, VALIDATION_EPOCH);
  const held = Math.max(1, Math.round(samples.count * validationSplit));
  const [rows, train] = [order.slice(0, held).sort(), order.slice(held).sort()];
  if (train.length === 0) throw new ConfigurationError(`validationSplit ${validationSplit} of ${samples.count} samples leaves none to learn from`);
  return { train, validation: rows, validate: () => scored(learner.evaluateRows(samples, labels, rows)) };
}

function checkedBatchSize(learner: Trainable, wanted = learner.compiled.batchSize): number {
  const { batchSize } = learner.compiled;
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= batchSize) return wanted;
  throw new ConfigurationError(`batchSize is ${wanted}, wanted 1 to ${batchSize}, for which the memory was planned (resize plans anew)`);
}

/** The stage in whose share of the epochs this one lies. */
function stageOf(learner: Trainable, epoch: number, epochs: number): number {
  const { stages } = learner.compiled;
  let end = 0;
  const index = stages.findIndex(({ share }) => epoch < Math.round((end += share) * epochs));
  return index < 0 ? stages.length - 1 : index;
}

/** The schedule of the rule's optimiser; `progress` from 0 to 1. */
function setLearningRate({ engine }: Trainable, progress: number): void {
  const { first, schedule } = engine.compiled.learningRate;
  engine.learningRate = schedule === 'linear' ? first * (1 - progress) : first;
}

function record(history: History, epoch: number, train: Logs, validation: { val_loss: number; val_acc: number } | null): Logs {
  const logs: Logs = { ...train, ...validation };
  history.epoch.push(epoch);
  for (const [key, value] of Object.entries(logs)) {
    const list = history.history[key as keyof Logs] ?? [];
    history.history[key as keyof Logs] = list;
    list.push(value);
  }
  return logs;
}

/** Remembers the best epoch for early stopping. */
class BestEpoch {
  readonly #learner: Trainable;
  readonly #monitor: keyof Logs;
  readonly #patience: number;
  readonly #active: boolean;
  #best: number | null = null;
  #snapshot: Uint8Array[] | null = null;
  #since = 0;

  constructor(learner: Trainable, { earlyStopping = false }: FitOptions, validated: boolean) {
    const { monitor = validated ? 'val_acc' : 'loss', patience = 3 } = typeof earlyStopping === 'object' ? earlyStopping : {};
    if (!validated && monitor.startsWith('val_')) throw new ConfigurationError(`earlyStopping monitors ${monitor}, but there is no validation data`);
    this.#learner = learner;
    this.#monitor = monitor;
    this.#patience = patience;
    this.#active = earlyStopping !== false;
  }

  isEnough(logs: Logs): boolean {
    if (!this.#active) return false;
    const value = (logs[this.#monitor] ?? Number.NaN) * (this.#monitor.endsWith('loss') ? -1 : 1);
    if (this.#best === null || value > this.#best) {
      [this.#best, this.#since, this.#snapshot] = [value, 0, this.#learner.engine.snapshot()];
    } else this.#since++;
    return this.#since >= this.#patience;
  }

  restore(): void {
    if (this.#snapshot !== null) this.#learner.engine.comeBack(this.#snapshot);
  }
}
