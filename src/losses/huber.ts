// Huber's loss: squared error up to a distance, absolute error beyond it.
//
//   c = clip(y - t, -delta, delta);   loss = sum c (y - t - c / 2),   dL/dy = c
//
// Source: Huber, Annals of Mathematical Statistics 35 (1964).

import { expectIs, positive } from '../options.ts';
import { ofDifference, type Loss } from './loss.ts';

/** @throws ConfigurationError for a distance that is not a finite number above 0. */
export function huber(delta = 1): Loss {
  expectIs('huber: delta', delta, positive);
  const of: Parameters<typeof ofDifference>[1] = (difference) => {
    const clipped = difference.min(delta).max(-delta);
    return { loss: clipped.times(difference.minus(clipped.times(0.5))), delta: clipped };
  };
  return ofDifference('huber', of, { delta });
}
