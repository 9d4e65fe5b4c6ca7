// Learning from a stream: samples that arrive one by one, collected to batches, with an event for every step.

import { ConfigurationError } from '../errors.ts';
import type { SampleInput, Samples } from './inputs.ts';
import { expectPairs, readLabels, type LabelInput } from './labels.ts';
import type { Trainable } from './trainable.ts';
import { Pacer, untilAborted } from './pacing.ts';

/** One sample, or a batch of any size. */
export interface StreamSample {
  readonly x: SampleInput;
  readonly y: LabelInput;
}

export interface TrainOptions {
  /** Samples of a step; default: what the learner was planned for, which is the most. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface TrainEvent {
  readonly type: 'batch';
  /** Training steps of the learner, in all. */
  readonly step: number;
  readonly samples: number;
  /** Mean over the samples of the step, before their update. */
  readonly loss: number;
  readonly acc: number;
  readonly msPerStep: number;
}

/** A sample that waits for its batch to fill. */
interface Waiting {
  readonly samples: Samples;
  readonly index: number;
  readonly label: number;
  /** Its number in the stream. */
  readonly row: number;
}

export async function* trainStream(
  learner: Trainable,
  stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
  { batchSize, signal }: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const size = checkedBatchSize(learner, batchSize);
  const waiting: Waiting[] = [];
  const pacer = new Pacer();
  let count = 0;
  for await (const { x, y } of untilAborted(stream, signal)) {
    const samples = learner.read(x);
    const labels = readLabels(y, learner.classNames);
    expectPairs(samples.count, labels.length);
    labels.forEach((label, index) => waiting.push({ samples, index, label, row: count++ }));
    while (waiting.length >= size) {
      yield step(learner, waiting.splice(0, size));
      await pacer.breathe();
    }
  }
  if (waiting.length > 0) yield step(learner, waiting);
}

function step(learner: Trainable, batch: readonly Waiting[]): TrainEvent {
  const started = performance.now();
  const { loss, correct } = learner.learnThrough({
    samples: {
      count: batch.length,
      copy: (at, out, offset) => batch[at].samples.copy(batch[at].index, out, offset, batch[at].row),
    },
    labels: batch.map(({ label }) => label),
    rows: batch.map((_, at) => at),
    ids: batch.map(({ row }) => row),
  });
  const msPerStep = performance.now() - started;
  return { type: 'batch', step: learner.steps, samples: batch.length, loss, acc: correct / batch.length, msPerStep };
}

/** @throws ConfigurationError unless the memory was planned for it. */
export function checkedBatchSize(learner: Trainable, wanted = learner.compiled.batchSize): number {
  const { batchSize } = learner.compiled;
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= batchSize) return wanted;
  throw new ConfigurationError(`batchSize is ${wanted}, wanted 1 to ${batchSize}, as planned (resize plans anew)`);
}
