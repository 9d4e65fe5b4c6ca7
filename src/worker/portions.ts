// The caller's stream on its way into the worker: as many samples in a message as complete a step, so that the stream
// is read no further ahead than it would be on this thread.

import type { CompiledLearner } from '../compile/compiled.ts';
import { untilAborted } from '../learner/pacing.ts';
import type { StreamSample } from '../learner/stream.ts';
import { samplesOf } from '../learner/sequences.ts';
import { Parcel } from './parcel.ts';

type Stream = Iterable<StreamSample> | AsyncIterable<StreamSample>;

/** @throws InputError for samples that do not fit; the reason of `signal`; what the stream throws. */
export async function* portions(
  stream: Stream,
  compiled: CompiledLearner,
  batchSize = compiled.batchSize,
  signal?: AbortSignal,
): AsyncGenerator<StreamSample[], void> {
  let [parcel, portion, count] = [new Parcel(), [] as StreamSample[], 0];
  for await (const { x, y } of untilAborted(stream, signal)) {
    count += samplesOf(compiled, x).count;
    portion.push({ x: parcel.add(x), y: parcel.add(y) });
    if (count < batchSize) continue;
    yield parcel.attachTo(portion);
    [parcel, portion, count] = [new Parcel(), [], count % batchSize];
  }
  if (portion.length > 0) yield parcel.attachTo(portion);
}
