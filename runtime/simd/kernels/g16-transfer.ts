// g16_transfer: one row of a fast array of devices is read, and pulsed into a slow one (Tiki-Taka, Gokmen and Haensch
// 2020): the change of the slow weight is what the update makes of rate times the fast weight. The row moves on by one,
// and begins anew behind the last.

import { sampleDevices } from '../cases/devices.ts';
import { sampleUpdates } from '../cases/updates.ts';
import { readingOf } from '../devices/device.ts';
import { f32, family, i32, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { padded, PANEL, panelCount, panelIndex } from '../parts/panels.ts';
import { pulsedKey, pulsedParameters, pulsedSizes, pulsing, type Pulsed } from '../parts/pulses.ts';
import { asFloat } from '../parts/reading.ts';
import { asFloatReference } from '../twins/reading.ts';
import { pulsingReference } from '../twins/pulses.ts';

const parameters = (pulsed: Pulsed) => ({
  fast: pointers(readingOf(pulsed.device).element).in('rows', padded('columns')),
  fastScale: f32.in(padded('columns')),
  row: i32.inOut(1),
  rows: size,
  rate: f32,
  ...pulsedParameters(pulsed, 'rows'),
});

export const g16_transfer = family('g16_transfer', pulsedKey, (pulsed: Pulsed, name) =>
  kernel(name, parameters(pulsed), (k, args) => {
    const { fast, fastScale, row, rows, columns, rate } = args;
    const reading = readingOf(pulsed.device);
    const now = k.let(row.at(0));
    pulsing(k, pulsed, args, (spend) =>
      k.for(0, columns, PANEL, (column) => {
        const index = k.let(column.mul(rows).add(now.shl(3)));
        const [low, high] = [0, 4].map((half) => {
          const scale = fastScale.plus(column).vector(half);
          return k.let(
            asFloat(fast.vector(index.add(half)), reading)
              .mul(scale)
              .mul(rate),
          );
        });
        spend({ column, index, rows: [[low, high]] });
      }),
    );
    const next = k.let(now.add(1));
    row.at(0).set(next.lt(rows).selectInt(next, 0));
  }),
);

export const variants = (): Pulsed[] => [
  { device: sampleDevices[0], update: sampleUpdates[1] },
  { device: sampleDevices[1], update: sampleUpdates[0] },
];
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [7, 20],
  ].map(([rows, columns]) => ({ rows, columns, ...pulsedSizes })),
  indices: { wear: 1000, row: 'rows' },
});

export const reference =
  (pulsed: Pulsed) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { fast, fastScale, row, rows, columns, rate } = args;
    const { fround } = Math;
    const spend = pulsingReference(pulsed, args);
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      const at = panelIndex(rows, row[0], o);
      const value = fround(asFloatReference(readingOf(pulsed.device), fast, at) * fastScale[o]);
      spend(fround(value * fround(rate)), at, o);
    }
    row[0] = row[0] + 1 < rows ? row[0] + 1 : 0;
  };
