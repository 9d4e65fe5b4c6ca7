// g16_drift: time goes on for devices that do not hold their state:
//
//   code <- towards + (code - towards) factor,   rounded by chance, so that its mean is kept
//
// `factor` is of the host's clock: e^(-t / tau), or of a power law (1 + t / t0)^-nu. Stuck devices drift like others.

import { largestCode, smallestCode, type Device } from '../devices/device.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { f32, family, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { drawRows } from '../parts/device-draws.ts';
import { thrown, thrownSizes } from '../parts/dice.ts';
import { padded, PANEL, panelElements } from '../parts/panels.ts';
import { lowerHalf, upperHalf } from '../parts/reading.ts';
import { drawReference } from '../twins/pulses.ts';

type Arrangement = Device['arrangement'];

const parameters = (arrangement: Arrangement) => ({
  weight: pointers(arrangement === 'pair' ? 'i32' : 'i16').inOut('rows', padded('columns')),
  factor: f32.in(1),
  towards: f32,
  rows: size,
  columns: size,
  ...thrown,
});

export const g16_drift = family(
  'g16_drift',
  (arrangement: Arrangement) => arrangement,
  (arrangement: Arrangement, name) =>
    kernel(name, parameters(arrangement), (k, args) => {
      const { weight, rows, columns, factor, towards } = args;
      const kept = k.let(factor.at(0));
      const isPair = arrangement === 'pair';
      const elements = k.let(
        columns
          .add(PANEL - 1)
          .and(-PANEL)
          .mul(rows),
      );
      k.for(0, elements, PANEL, (row) => {
        drawRows(k, args, row, 1)[0].forEach((u, half) => {
          const at = k.let(row.add(half * 4));
          const stored = k.let(weight.vector(at) as I32);
          const drifted = (code: I32): I32 => later(arrangement, code, kept, towards, u);
          const after = isPair
            ? k.let(drifted(lowerHalf(stored))).or(drifted(upperHalf(stored)).shl(16))
            : drifted(stored);
          weight.vector(at).set(after);
        });
      });
    }),
);

const later = (arrangement: Arrangement, code: I32, kept: F32, towards: F32, u: F32): I32 => {
  const after = towards.add(code.toFloat().sub(towards).mul(kept)).add(u).floor();
  return toInt(after.pmin(largestCode({ arrangement })).pmax(smallestCode({ arrangement })));
};

export const variants = (): Arrangement[] => ['single', 'pair'];
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [3, 20],
  ].map(([rows, columns]) => ({ rows, columns, ...thrownSizes })),
});

export const reference =
  (arrangement: Arrangement) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { weight, factor, towards, rows, columns } = args;
    const { fround } = Math;
    const [least, most] = [smallestCode({ arrangement }), largestCode({ arrangement })];
    for (let at = 0; at < panelElements(rows, columns); at++) {
      const u = drawReference(args, at);
      const drifted = (code: number): number => {
        const after = fround(towards + fround(fround(code - towards) * factor[0]));
        return Math.max(least, Math.min(most, Math.floor(fround(after + u))));
      };
      const stored = weight[at];
      const isPair = arrangement === 'pair';
      weight[at] = isPair ? drifted(stored & 0xffff) | (drifted(stored >>> 16) << 16) : drifted(stored);
    }
  };
