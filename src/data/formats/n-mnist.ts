// The events of N-MNIST and N-Caltech101, a .bin file for each sample: what an event camera (ATIS) saw.
//
//   5 bytes an event: x, y, then a bit of polarity (1: brighter) and 23 bits of time in microseconds, high byte first.
//   An event at y = 240 is none: the clock ran over, and all later times are 2^13 later.
//
// Source: Orchard, Jayawant, Cohen, Thakor, Front. Neurosci. 9:437, 2015, and its Read_Ndataset.m.

import { expectBytes, expectList } from '../expect.ts';
import { DataError } from '../errors.ts';
import type { EventStream } from '../features/events.ts';

const EVENT_BYTES = 5;
const OVERFLOW = { y: 240, microseconds: 2 ** 13 };

/**
 * Units of [height, width, 2]: darker, brighter; times in microseconds.
 *
 * @param size height and width; those of N-MNIST unless told
 * @throws DataError where the file is no whole number of events, or one lies outside
 */
export function readNMnist(bytes: Uint8Array, size: readonly [number, number] = [34, 34]): EventStream {
  expectBytes('readNMnist', bytes);
  expectList('readNMnist: size', size);
  const [height, width] = size;
  if (bytes.length % EVENT_BYTES !== 0) {
    throw new DataError(`N-MNIST: ${bytes.length} bytes are no whole number of events of ${EVENT_BYTES}`);
  }
  const [times, units]: number[][] = [[], []];
  let turnover = 0;
  for (let at = 0; at < bytes.length; at += EVENT_BYTES) {
    const [x, y, high, middle, low] = bytes.subarray(at, at + EVENT_BYTES);
    if (y === OVERFLOW.y) {
      turnover += OVERFLOW.microseconds;
      continue;
    }
    if (x >= width || y >= height) {
      throw new DataError(`N-MNIST: event at byte ${at} is at ${x}, ${y}; wanted a point of ${width} x ${height}`);
    }
    times.push(turnover + ((high & 0x7f) << 16) + (middle << 8) + low);
    units.push(2 * (y * width + x) + (high >>> 7));
  }
  return { times: Float64Array.from(times), units: Uint32Array.from(units), shape: [height, width, 2] };
}
