// Learning from a stream: samples that arrive one by one, collected to batches, with an event for every step.

import { InputError } from './errors.ts';
import { readLabels, type LabelInput, type SampleInput, type Samples } from './inputs.ts';
import type { Trainable } from './trainable.ts';
import { abortError, Pacer } from './pacing.ts';

/** One sample, or a batch of any size. */
export interface StreamSample {
  readonly x: SampleInput;
  readonly y: LabelInput;
}

export interface TrainOptions {
  /** Samples of a step; default: what the learner was planned for. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface TrainEvent {
  readonly type: 'batch';
  readonly step: number;
  readonly samples: number;
  readonly loss: number;
  readonly acc: number;
  readonly msPerStep: number;
}

export async function* trainStream(
  learner: Trainable,
  stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
  { batchSize = learner.compiled.batchSize, signal }: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const most = Math.max(1, Math.min(batchSize, learner.compiled.batchSize));
  const pending: { readonly samples: Samples; readonly index: number; readonly label: number }[] = [];
  const pacer = new Pacer();

  const step = (): TrainEvent => {
    const batch = pending.splice(0, most);
    const samples: Samples = { count: batch.length, copy: (row, out, offset) => batch[row].samples.copy(batch[row].index, out, offset) };
    const started = performance.now();
    const rows = Uint32Array.from(batch, (_, row) => row);
    const { loss, correct } = learner.learn(samples, Int32Array.from(batch, ({ label }) => label), rows, learner.compiled.stages.length - 1);
    const msPerStep = performance.now() - started;
    return { type: 'batch', step: learner.steps, samples: batch.length, loss, acc: correct / batch.length, msPerStep };
  };

  for await (const { x, y } of stream) {
    if (signal?.aborted) throw abortError(signal);
    const samples = learner.read(x);
    const labels = readLabels(y, learner.classNames);
    if (samples.count !== labels.length) throw new InputError(`the stream gave ${samples.count} samples with ${labels.length} labels`);
    labels.forEach((label, index) => {
      pending.push({ samples, index, label });
    });
    while (pending.length >= most) {
      yield step();
      await pacer.breathe();
    }
  }
  if (pending.length > 0) yield step();
}
