// Events: that a unit changed, and when. What cameras and cochleas of that kind give, and what level crossings make of
// any signal; no values. And as frames, which a spiking network takes step by step.

import { ConfigurationError } from '../../errors.ts';
import { integer, positive, readOptions } from '../../options.ts';
import { expectList } from '../expect.ts';
import { DataError } from '../errors.ts';
import { elementCount, type TypedArray } from '../formats/ndarray.ts';

export interface EventStream {
  /** When, rising, in any unit. */
  readonly times: TypedArray;
  /** Which, row-major in `shape`. */
  readonly units: TypedArray;
  /** Of the units: [height, width, polarities], [bands, polarities], [channels]. */
  readonly shape: number[];
}

export interface FrameOptions {
  readonly steps: number;
  /** Of all steps together, in the unit of `times`; events from there on are left out. */
  readonly duration: number;
}

/**
 * What happened in each of `steps` stretches of time: (steps, ...shape), 255 where a unit had events, else 0. Those are
 * 1 and 0 to a learner, which takes bytes for pixels.
 *
 * @throws DataError for an event of a unit that is not in the shape
 */
export function toFrames(stream: EventStream, options: FrameOptions): Uint8Array {
  const { times, units, shape } = Object(stream) as EventStream;
  for (const part of [times, units, shape]) expectList('toFrames: times, units or shape', part);
  const { steps, duration } = readOptions('toFrames', options, ConfigurationError, {
    steps: [integer(1)],
    duration: [positive],
  });
  const size = elementCount(shape);
  const frames = new Uint8Array(steps * size);
  times.forEach((time, at) => {
    if (units[at] >= size)
      throw new DataError(`event ${at} is of unit ${units[at]}; wanted one of [${shape.join(', ')}]`);
    const step = Math.floor((time / duration) * steps);
    if (step >= 0 && step < steps) frames[step * size + units[at]] = 255;
  });
  return frames;
}
