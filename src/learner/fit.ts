// The loop over epochs: shuffled batches, validation, early stop, abort, callbacks that may be async.

import { ConfigurationError, DivergenceError } from '../errors.ts';
import type { Evaluation } from './evaluate.ts';
import type { SampleInput, Samples } from './inputs.ts';
import { expectPairs, readLabels, type LabelInput } from './labels.ts';
import { Pacer, refuseAborted } from './pacing.ts';
import { StageWalk } from './stages.ts';
import { checkedBatchSize } from './stream.ts';
import type { Trainable } from './trainable.ts';

/** Numbers of an epoch; `val_*` with validation data. Accuracies are shares. */
export interface Logs {
  /** Mean over the epoch, each batch before its update. NaN in a stage that does not compute it, like `acc`. */
  readonly loss: number;
  readonly acc: number;
  /** After the epoch. */
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
  /** What the rule tells of a step, by name, beside its `step` and `learningRate`. */
  readonly told?: Readonly<Record<string, number>>;
}

/** Each is awaited. Epochs count from 0. */
export interface Callbacks {
  onEpochBegin?(epoch: number): unknown;
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchEnd?(logs: BatchLogs): unknown;
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
  /** Stops early and restores the best epoch. A rule that trains in stages is watched in the last one only. */
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

interface Data {
  readonly samples: Samples;
  readonly labels: Int32Array;
  /** What is learned from. */
  readonly rows: Uint32Array;
  readonly validate: (() => Evaluation) | null;
}

export async function fit(
  learner: Trainable,
  samples: Samples,
  labels: Int32Array,
  options: FitOptions,
): Promise<History> {
  const { epochs = 1, signal, callbacks = {} } = options;
  expectPairs(samples.count, labels.length);
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new ConfigurationError(`epochs is ${epochs}, wanted a whole number of at least 1`);
  }
  const data = split(learner, samples, labels, options);
  const stages = new StageWalk(learner.compiled.stages, epochs);
  const best = watchEpochs(learner, options, data.validate !== null);
  const history: History = { epoch: [], history: { loss: [], acc: [] } };
  const batchSize = checkedBatchSize(learner, options.batchSize);
  const loop = { learner, data, options, epochs, batchSize, pacer: new Pacer() };
  let good = learner.engine.snapshot();
  try {
    learner.run(stages.now.enter);
    for (let epoch = 0; epoch < epochs; epoch++) {
      refuseAborted(signal);
      await callbacks.onEpochBegin?.(epoch);
      const trained = await runEpoch(loop, epoch, stages);
      if (!learner.engine.isFinite) throw divergence('the weights', epoch);
      good = learner.engine.snapshot(good);
      const logs = record(history, epoch, trained, data.validate?.());
      await callbacks.onEpochEnd?.(epoch, logs);
      if (stages.isLast && best.isEnough(logs)) break;
      if (!stages.isOver(epoch, logs)) continue;
      learner.run(stages.now.leave);
      if (stages.isLast) break;
      stages.advance(epoch + 1);
      learner.run(stages.now.enter);
    }
    refuseAborted(signal);
  } catch (error) {
    if (error instanceof DivergenceError) learner.engine.comeBack(good);
    throw error;
  }
  best.restore();
  return history;
}

interface Loop {
  readonly learner: Trainable;
  readonly data: Data;
  readonly options: FitOptions;
  readonly epochs: number;
  readonly batchSize: number;
  readonly pacer: Pacer;
}

async function runEpoch(loop: Loop, epoch: number, stages: StageWalk): Promise<Logs> {
  const { learner, data, options, epochs, batchSize, pacer } = loop;
  const { samples, labels } = data;
  const { signal, shuffle = true, callbacks = {} } = options;
  const number = learner.beginEpoch();
  const order = shuffle ? learner.order(data.rows.length, number).map((at) => data.rows[at]) : data.rows;
  const steps = Math.ceil(order.length / batchSize);
  const { phases } = learner.compiled;
  const hasLoss = stages.now.step.some((phase) => typeof phase === 'string' && phases[phase].loss !== null);
  let [lossSum, correct] = [0, 0];
  for (let step = 0; step < steps; step++) {
    refuseAborted(signal);
    const rows = order.subarray(step * batchSize, (step + 1) * batchSize);
    const result = learner.learn({ samples, labels, rows }, stages.stage, stages.progress(epoch + step / steps));
    if (hasLoss && !Number.isFinite(result.loss)) throw divergence('the loss', epoch);
    lossSum += result.loss * rows.length;
    correct += result.correct;
    const [done, acc] = [epoch * steps + step + 1, result.correct / rows.length];
    const { loss, told } = result;
    await callbacks.onBatchEnd?.({ epoch, step: done, stepsTotal: epochs * steps, loss, acc, ...(told && { told }) });
    await pacer.breathe();
  }
  return { loss: lossSum / order.length, acc: correct / order.length };
}

const divergence = (what: string, epoch: number): DivergenceError =>
  new DivergenceError(
    `${what} stopped being finite in epoch ${epoch}; the weights of before are back: try a smaller learning rate`,
  );

function split(learner: Trainable, samples: Samples, labels: Int32Array, options: FitOptions): Data {
  const { validationSplit = 0, validationData } = options;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new ConfigurationError(`validationSplit is ${validationSplit}, wanted at least 0 and below 1`);
  }
  const countTo = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);
  const all = countTo(samples.count);
  if (validationData !== undefined) {
    const given = learner.read(validationData[0]);
    const known = readLabels(validationData[1], learner.classNames);
    expectPairs(given.count, known.length);
    const validate = () => learner.evaluateRows({ samples: given, labels: known, rows: countTo(given.count) });
    return { samples, labels, rows: all, validate };
  }
  if (validationSplit === 0) return { samples, labels, rows: all, validate: null };
  const order = learner.order(samples.count, VALIDATION_EPOCH);
  const held = Math.max(1, Math.round(samples.count * validationSplit));
  if (held === samples.count) {
    throw new ConfigurationError(`validationSplit ${validationSplit} of ${held} samples leaves none to learn from`);
  }
  const validation = order.slice(0, held).sort();
  const validate = () => learner.evaluateRows({ samples, labels, rows: validation });
  return { samples, labels, rows: order.slice(held).sort(), validate };
}

function record(past: History, epoch: number, { loss, acc }: Logs, validation?: Evaluation): Logs {
  past.epoch.push(epoch);
  const logs: Logs =
    validation === undefined ? { loss, acc } : { loss, acc, val_loss: validation.loss, val_acc: validation.accuracy };
  for (const [key, value] of Object.entries(logs) as [keyof Logs, number][]) {
    const values = past.history[key] ?? [];
    past.history[key] = values;
    values.push(value);
  }
  return logs;
}

const MONITORS: readonly (keyof Logs)[] = ['loss', 'acc', 'val_loss', 'val_acc'];

interface Watch {
  /** Remembers the epoch just done, if it is the best; whether there were enough without improvement. */
  isEnough(logs: Logs): boolean;
  /** Back to the best epoch. */
  restore(): void;
}

function watchEpochs({ engine }: Trainable, { earlyStopping = false }: FitOptions, isValidated: boolean): Watch {
  if (earlyStopping === false) return { isEnough: () => false, restore() {} };
  const given = earlyStopping === true ? {} : earlyStopping;
  const { monitor = isValidated ? 'val_acc' : 'loss', patience = 3 } = given;
  const known = isValidated ? MONITORS : MONITORS.slice(0, 2);
  if (!known.includes(monitor)) {
    throw new ConfigurationError(
      `earlyStopping monitors '${monitor}', wanted ${known.join(', ')}` +
        `${isValidated ? '' : ', as there is no validation data'}`,
    );
  }
  let [best, since] = [-Infinity, 0];
  let snapshot: readonly Uint8Array[] | undefined;
  return {
    isEnough(logs) {
      const value = (logs[monitor] ?? Number.NaN) * (monitor.endsWith('loss') ? -1 : 1);
      since++;
      if (value > best) {
        [best, since] = [value, 0];
        snapshot = engine.snapshot(snapshot);
      }
      return since >= patience;
    },
    restore() {
      if (snapshot !== undefined) engine.comeBack(snapshot);
    },
  };
}
