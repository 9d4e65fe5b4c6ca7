// f32_mean_magnitude: out[o] = mean over the rows of |W[r][o]|, of a weight as its reading has it, in panels
// (panels.ts): what the signs of a column are multiplied by (Rastegari et al., XNOR-Net, ECCV 2016, equation 6).

import { f32, family, kernel, size, type Referenced } from '../kernel.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { asFloat, PLAIN, readingKey, weightParameters, type Reading } from '../parts/reading.ts';
import { asFloatReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  out: f32.out(padded('columns')),
  ...weightParameters(reading, 'columns', 'rows'),
  rows: size,
  columns: size,
});

export const f32_mean_magnitude = family('f32_mean_magnitude', readingKey, (reading: Reading, name) =>
  kernel(name, parameters(reading), (k, { out, weight, scale, rows, columns }) => {
    const count = k.let(rows.toFloat());
    k.for(0, columns, PANEL, (column) => {
      const panel = k.let(column.mul(rows));
      const sums = [0, 4].map(() => k.var(k.f32x4(0)));
      k.for(0, rows, 1, (row) => {
        const from = k.let(panel.add(row.shl(3)));
        sums.forEach((sum, half) => sum.set(sum.add(asFloat(weight.vector(from.add(half * 4)), reading).abs())));
      });
      sums.forEach((sum, half) => {
        const mean = sum.div(count);
        const at = column.add(half * 4);
        out.vector(at).set(reading.scaled ? mean.mul(scale.vector(at)) : mean);
      });
    });
  }),
);

export const variants = (): Reading[] => [PLAIN, { element: 'i8', scaled: true }];

export const reference =
  (reading: Reading) =>
  ({ out, weight, scale, rows, columns }: Referenced<ReturnType<typeof parameters>>): void => {
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        sum = Math.fround(sum + Math.abs(asFloatReference(reading, weight, panelIndex(rows, row, o))));
      }
      const mean = Math.fround(sum / rows);
      out[o] = reading.scaled ? mean * scale[o] : mean;
    }
  };
