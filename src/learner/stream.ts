// Learning from a stream: samples that arrive one by one, collected to batches, with an event for every step.

import { countTo } from '../data/order.ts';
import { bytesPerElement, elementsAt, type ElementArray, type ElementType } from '../../runtime/wasm/pointer.ts';
import { InputError } from '../errors.ts';
import { described, expectIs, expectOptions, integer, optional } from '../options.ts';
import { anAbortSignal } from './fit-options.ts';
import type { Metrics } from '../tasks/host/host.ts';
import type { Engine } from './engine.ts';
import type { SampleInput, Samples } from './inputs.ts';
import { Pacer, untilAborted } from './pacing.ts';
import type { TargetInput } from './targets.ts';
import type { JudgedData, Trainer } from './trainer.ts';

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

export async function* trainStream(
  trainer: Trainer,
  stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  expectOptions('train', options, ['batchSize', 'signal']);
  const { batchSize = trainer.compiled.batchSize, signal } = options;
  expectIs('signal', signal, optional(anAbortSignal));
  expectIs('batchSize', batchSize, integer(1, trainer.compiled.batchSize));
  /** By length, where lengths vary. */
  const waiting = new Map<number, Waiting[]>();
  const pacer = new Pacer();
  let [seen, unlearned] = [0, 0];
  /** Rows that were read and not learned hold the ground: their classes are those of now. */
  const hold = (rows: number): void => {
    unlearned += rows;
    trainer.waiting += rows;
  };
  const learn = (alike: Waiting[], steps: number): TrainEvent => {
    const batch = alike.splice(0, batchSize);
    hold(-batch.length);
    return step(trainer, batch, steps);
  };
  try {
    for await (const item of untilAborted(stream, signal)) {
      if (typeof item !== 'object' || item === null || !('x' in item)) {
        throw new InputError(`the stream gave ${described(item)}, wanted { x, y }`);
      }
      const { x, y = null } = item;
      const data = trainer.data(x, y);
      hold(data.samples.count);
      for (let index = 0; index < data.samples.count; index++) {
        const steps = data.samples.steps?.(index) ?? 0;
        const alike = waiting.get(steps) ?? [];
        waiting.set(steps, alike);
        alike.push(copied(trainer.engine, data, index, seen++));
        if (alike.length < batchSize) continue;
        yield learn(alike, steps);
        await pacer.breathe();
      }
    }
    for (const [steps, alike] of waiting) if (alike.length > 0) yield learn(alike, steps);
    trainer.expectFinite();
  } finally {
    hold(-unlearned);
  }
}

/** In memory's elements, or as doubles, which are standardised before they are rounded. */
type Values = ElementArray | Float64Array;

/** A sample that waits for its batch to fill: a copy, since a source may fill one array again and again. */
interface Waiting {
  readonly x: Values;
  /** None where the sample is its own target. */
  readonly y: Values | null;
  /** Its number in the stream. */
  readonly row: number;
}

function copied(engine: Engine, { samples, targets }: JudgedData, index: number, row: number): Waiting {
  const { compiled, batch, sampleSize } = engine;
  const { input, target } = compiled.ports;
  const steps = samples.steps?.(index);
  const size = steps === undefined ? sampleSize : (sampleSize / compiled.network.inputShape[0]) * steps;
  const x = roomFor(input.element, size);
  const y = target === undefined ? null : roomFor(target.element, target.elements / batch);
  samples.copy(index, x, 0, row);
  if (y !== null) targets.copy(index, y, 0);
  return { x, y, row };
}

const roomFor = (element: ElementType, count: number): Values =>
  element === 'f32'
    ? new Float64Array(count)
    : elementsAt(element, new ArrayBuffer(count * bytesPerElement(element)), 0, count);

function step(trainer: Trainer, batch: readonly Waiting[], steps: number): TrainEvent {
  const started = performance.now();
  const count = batch.length;
  const samples: Samples = {
    count,
    ...(steps > 0 && { steps: () => steps }),
    copy: (at, out, offset) => copy(batch[at].x, out, offset),
  };
  const data: JudgedData = {
    samples,
    targets: { count, copy: (at, out, offset) => copy(batch[at].y ?? batch[at].x, out, offset) },
    rows: countTo(count),
    ids: batch.map(({ row }) => row),
  };
  trainer.stepThrough(data, 0, count, true);
  const result = trainer.result(data, 0, count);
  const msPerStep = performance.now() - started;
  return { ...result, type: 'batch', step: trainer.engine.step, samples: count, msPerStep } as unknown as TrainEvent;
}

function copy(values: Values, out: Values, offset: number): void {
  for (let at = 0; at < values.length; at++) out[offset + at] = values[at];
}
