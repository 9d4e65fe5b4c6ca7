// g16_add: code <- code + x, kept among the codes there are, for whole numbers x: steps along a direction, and the same
// steps back. Of a pair the difference moves, and what both devices have in common stays.

import { toInt } from '../../wasm/values.ts';
import { largestCode, smallestCode, type Device } from '../devices/device.ts';
import { f32, family, kernel, pointers, size, type Referenced } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { lowerHalf, upperHalf } from '../parts/reading.ts';

type Stepping = Pick<Device, 'arrangement'>;

const parameters = ({ arrangement }: Stepping) => ({
  weight: pointers(arrangement === 'pair' ? 'i32' : 'i16').inOut('rows', PANEL),
  x: f32.in('rows', PANEL),
  rows: size,
});

export const g16_add = family(
  'g16_add',
  ({ arrangement }: Stepping) => arrangement,
  (stepping: Stepping, name) =>
    kernel(name, parameters(stepping), (k, { weight, x, rows }) => {
      const [least, most] = [smallestCode(stepping), largestCode(stepping)];
      k.for(0, rows.shl(3), 4, (at) => {
        const stored = k.let(weight.vector(at));
        if (stepping.arrangement === 'single') {
          const moved = k.let(stored.toFloat().add(x.vector(at)));
          return weight.vector(at).set(toInt(moved.pmin(most).pmax(least)));
        }
        const [plus, minus] = [k.let(lowerHalf(stored).toFloat()), k.let(upperHalf(stored).toFloat())];
        const shared = k.let(plus.pmin(minus));
        const difference = k.let(plus.sub(minus).add(x.vector(at)));
        const part = (side: typeof plus) => k.let(toInt(k.let(shared.add(side.pmax(0))).pmin(most)));
        weight.vector(at).set(part(difference).or(part(k.let(difference.neg())).shl(16)));
      });
    }),
);

export const variants = (): Stepping[] => [{ arrangement: 'single' }, { arrangement: 'pair' }];

export const reference =
  (stepping: Stepping) =>
  ({ weight, x, rows }: Referenced<ReturnType<typeof parameters>>): void => {
    const [least, most] = [smallestCode(stepping), largestCode(stepping)];
    const { fround, trunc, max, min } = Math;
    for (let at = 0; at < rows * PANEL; at++) {
      if (stepping.arrangement === 'single') {
        weight[at] = trunc(max(least, min(most, fround(weight[at] + x[at]))));
        continue;
      }
      const [plus, minus] = [weight[at] & 0xffff, weight[at] >>> 16];
      const difference = fround(plus - minus + x[at]);
      const part = (side: number): number => trunc(min(most, fround(min(plus, minus) + max(side, 0))));
      weight[at] = part(difference) | (part(-difference) << 16);
    }
  };
