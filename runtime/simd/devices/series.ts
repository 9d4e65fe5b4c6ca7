// A resistance in series with a device as it is read, such as that of an access transistor: the current is in
// proportion to G / (1 + G R), steep where G is low and flat where it is high.

import type { Real } from '../parts/real.ts';
import type { Device } from './device.ts';
import { deviceModels } from './index.ts';
import type { Maths } from './real.ts';

/**
 * What the current says of a code: with its share s of the way between the mean bounds s (1 + series) / (1 + series s)
 * of that way, so that the bounds stay where they are; below the lower one, where single devices may be, as steep as at
 * it.
 */
export function throughSeries<T extends Real<T>>(m: Maths<T>, code: T, device: Device): T {
  const { series, model, constants, zero, unit } = device;
  if (series === undefined) return code;
  const [low, high] = deviceModels[model].bounds(constants).map((state) => (state - zero) / unit);
  const share = m.let(code.sub(low).mul(1 / (high - low)));
  return share
    .mul((1 + series) * (high - low))
    .div(share.pmax(0).mul(series).add(1))
    .add(low);
}
