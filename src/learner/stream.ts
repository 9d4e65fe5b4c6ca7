// Learning from a stream: samples that arrive one by one, collected to batches, with an event for every step.

import { InputError } from '../errors.ts';
import { described, expectOptions, expectWithin } from '../options.ts';
import { expectSignal } from './fit-options.ts';
import type { Metrics, Targets } from '../tasks/host/host.ts';
import type { SampleInput, Samples } from './inputs.ts';
import { Pacer, untilAborted } from './pacing.ts';
import type { TargetInput } from './targets.ts';
import { countTo, type JudgedData, type Trainer } from './trainer.ts';

/** One sample, or a batch of any size. */
export interface StreamSample {
  readonly x: SampleInput;
  /** Left out where the sample is its own target. */
  readonly y?: TargetInput;
}

export interface TrainOptions {
  /** Samples of a step; default: what the learner was planned for, which is the most. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** A step, with the task's metrics by name (`acc`), all before its update. */
export type TrainEvent = Metrics & {
  readonly type: 'batch';
  /** Training steps of the learner, in all. */
  readonly step: number;
  readonly samples: number;
  /** Mean over the samples of the step. */
  readonly loss: number;
  readonly msPerStep: number;
};

/** A sample that waits for its batch to fill. */
interface Waiting {
  readonly samples: Samples;
  readonly targets: Targets;
  readonly index: number;
  /** Its number in the stream. */
  readonly row: number;
}

export async function* trainStream(
  trainer: Trainer,
  stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  expectOptions('train', options, ['batchSize', 'signal']);
  const { batchSize = trainer.compiled.batchSize, signal } = options;
  expectSignal(signal);
  expectWithin('batchSize', batchSize, 1, trainer.compiled.batchSize);
  /** By length, where lengths vary. */
  const waiting = new Map<number, Waiting[]>();
  const pacer = new Pacer();
  let [seen, unlearned] = [0, 0];
  /** Rows that were read and not learned hold the ground: their classes are those of now. */
  const hold = (rows: number): void => {
    unlearned += rows;
    trainer.waiting += rows;
  };
  const learn = (alike: Waiting[]): TrainEvent => {
    const batch = alike.splice(0, batchSize);
    hold(-batch.length);
    return step(trainer, batch);
  };
  try {
    for await (const item of untilAborted(stream, signal)) {
      if (typeof item !== 'object' || item === null || !('x' in item)) {
        throw new InputError(`the stream gave ${described(item)}, wanted { x, y }`);
      }
      const { x, y = null } = item;
      const { samples, targets } = trainer.data(x, y);
      hold(samples.count);
      for (let index = 0; index < samples.count; index++) {
        const steps = samples.steps?.(index) ?? 0;
        const alike = waiting.get(steps) ?? [];
        waiting.set(steps, alike);
        alike.push({ samples, targets, index, row: seen++ });
        if (alike.length < batchSize) continue;
        yield learn(alike);
        await pacer.breathe();
      }
    }
    for (const alike of waiting.values()) if (alike.length > 0) yield learn(alike);
  } finally {
    hold(-unlearned);
  }
}

function step(trainer: Trainer, batch: readonly Waiting[]): TrainEvent {
  const started = performance.now();
  const count = batch.length;
  const data: JudgedData = {
    samples: {
      count,
      steps: batch[0].samples.steps && ((at) => batch[at].samples.steps?.(batch[at].index) ?? 0),
      copy: (at, out, offset) => batch[at].samples.copy(batch[at].index, out, offset, batch[at].row),
    },
    targets: { count, copy: (at, out, offset) => batch[at].targets.copy(batch[at].index, out, offset) },
    rows: countTo(count),
    ids: batch.map(({ row }) => row),
  };
  trainer.stepThrough(data, 0, count, true);
  const result = trainer.result(data, 0, count);
  const msPerStep = performance.now() - started;
  return { ...result, type: 'batch', step: trainer.engine.step, samples: count, msPerStep } as unknown as TrainEvent;
}
