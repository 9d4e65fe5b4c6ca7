// Signals as events: one whenever a channel has moved by `threshold` since its last one, up or down. Between frames a
// channel moves evenly, so that a great step is several events, one behind the other.
//
// Source: Mark, Todd, IEEE Trans. Communications 29(1), 1981, as address events in silicon cochleas and event cameras.

import { expectArray } from '../expect.ts';
import { expectIs, positive } from '../../options.ts';
import type { NDArray } from '../formats/ndarray.ts';
import type { EventStream } from './events.ts';

/**
 * The crossings of every channel, in frames: 0 is the first one, which begins without an event.
 *
 * @param signal (frames, ...channels)
 * @returns units of [...channels, 2]: up, down
 * @throws ConfigurationError for a threshold that is not above 0
 */
export function levelCrossing(signal: NDArray, threshold: number): EventStream {
  expectArray('levelCrossing', signal);
  const { data, shape } = signal;
  expectIs('threshold', threshold, positive);
  const [frames, ...channels] = shape;
  const width = data.length / frames;
  const levels = Float64Array.from(data.subarray(0, width));
  const found: { time: number; unit: number }[] = [];
  for (let at = width; at < data.length; at++) {
    const channel = at % width;
    const [before, now] = [data[at - width], data[at]];
    const down = now < levels[channel] ? 1 : 0;
    const change = down ? -threshold : threshold;
    while (Math.abs(now - levels[channel]) >= threshold) {
      levels[channel] += change;
      const time = Math.floor(at / width) - 1 + (levels[channel] - before) / (now - before);
      found.push({ time, unit: 2 * channel + down });
    }
  }
  found.sort((a, b) => a.time - b.time || a.unit - b.unit);
  return {
    times: Float64Array.from(found, ({ time }) => time),
    units: Uint32Array.from(found, ({ unit }) => unit),
    shape: [...channels, 2],
  };
}
