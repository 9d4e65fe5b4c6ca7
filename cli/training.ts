// Learns a task for some epochs and tells how it goes: a bar on a terminal, a line for each epoch, and the outcome.

import type { BatchLogs, Learner, Logs, Metrics } from '../src/index.ts';
import type { Task } from './choose-data.ts';
import { Progress } from './progress.ts';
import { percent, seconds, thousands } from './table.ts';

export interface TrainingOptions {
  readonly epochs: number;
  /** Aborts the training; what was learned by then is kept and judged. */
  readonly signal?: AbortSignal;
  /** Before each line. */
  readonly title?: string;
  /** Whether each epoch leaves a line. Default true. */
  readonly lines?: boolean;
}

export interface Outcome {
  /** Share of the held samples that are classified rightly. */
  readonly accuracy: number;
  /** Of learning alone, without judging. */
  readonly seconds: number;
  readonly epochsDone: number;
  readonly interrupted: boolean;
}

export async function train(
  learner: Learner,
  { train: samples, held, judgedBy }: Task,
  { epochs, signal, title = '', lines = true }: TrainingOptions,
): Promise<Outcome> {
  const progress = new Progress();
  const clock = new Clock();
  let [epochsDone, accuracy] = [0, Number.NaN];
  const callbacks = {
    onEpochBegin: () => clock.start(),
    onBatchEnd(logs: BatchLogs): void {
      clock.stop();
      progress.show(logs.step / logs.stepsTotal, `${title}epoch ${logs.epoch + 1}/${epochs}  ${describeLoss(logs)}`);
    },
    onEpochEnd(epoch: number, logs: Logs): void {
      epochsDone = epoch + 1;
      accuracy = logs.val_acc ?? Number.NaN;
      const learned = samples.count * epochsDone;
      const speed = `${seconds(clock.seconds)}, ${thousands(Math.round(learned / clock.seconds))} samples/s`;
      if (lines) {
        progress.line(
          `${title}epoch ${epoch + 1}/${epochs}  ${describeLoss(logs)}  ${judgedBy} ${percent(accuracy, 2)}  ${speed}`,
        );
      }
    },
  };
  try {
    await learner.fit(samples.inputs, samples.labels, {
      epochs,
      signal,
      callbacks,
      validationData: [held.inputs, held.labels],
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
    accuracy = learner.evaluate(held.inputs, held.labels).accuracy;
  } finally {
    progress.clear();
  }
  return { accuracy, seconds: clock.seconds, epochsDone, interrupted: signal?.aborted === true };
}

/** A stage that trains the first layers alone has no loss of the network to show. */
const describeLoss = ({ loss, acc }: Metrics): string =>
  Number.isNaN(loss) ? '' : `loss ${loss.toFixed(4)}  train ${percent(acc)}`;

/** Adds up the time from each start to the last stop behind it. */
class Clock {
  #before = 0;
  #started = 0;
  #stopped = 0;

  start(): void {
    this.#before = this.seconds;
    this.#started = performance.now();
    this.#stopped = this.#started;
  }

  stop(): void {
    this.#stopped = performance.now();
  }

  get seconds(): number {
    return this.#before + (this.#stopped - this.#started) / 1000;
  }
}
