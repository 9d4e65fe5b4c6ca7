// f32_sum_rows: out[c] = scale * sum over r of x[r][c], or that added to what stands in `out`: the gradient of a bias.
// The rows of x are `stride` apart. The columns that fill up the last panel of `out` become zero.

import { sumColumns } from '../parts/columns.ts';
import { f32, family, kernel, size, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { padded, panelCount, PANEL } from '../parts/panels.ts';

export interface SumRows {
  /** Adds to `out` instead of overwriting it. */
  readonly accumulate: boolean;
}

const spanned = ({ rows, columns, stride }: Sizes): number => (rows === 0 ? 0 : (rows - 1) * stride + columns);

const parameters = {
  out: f32.inOut(padded('columns')),
  x: f32.in(spanned),
  scale: f32,
  rows: size,
  columns: size,
  stride: size,
};

export const f32_sum_rows = family(
  'f32_sum_rows',
  ({ accumulate }: SumRows) => (accumulate ? 'accumulate' : 'overwrite'),
  ({ accumulate }, name) => {
    const out = accumulate ? parameters.out : f32.out(padded('columns'));
    return kernel(name, { ...parameters, out }, (k, { out, x, scale, rows, columns, stride }) => {
      sumColumns(
        k,
        { rows, columns, stride },
        () => (read) => read(x),
        (c, sum) => {
          const scaled = scale.mul(sum);
          out.at(c).set(accumulate ? out.at(c).add(scaled) : scaled);
        },
      );
      k.for(columns, columns.add(PANEL - 1).and(-PANEL), 1, (c) => out.at(c).set(0));
    });
  },
);

export const variants = (): SumRows[] => [{ accumulate: false }, { accumulate: true }];
export const trials = (): Trials => ({
  cases: [
    [1, 1, 1],
    [5, 3, 3],
    [3, 8, 11],
    [7, 21, 24],
    [9, 39, 39],
    [0, 5, 5],
  ].map(([rows, columns, stride]) => ({ rows, columns, stride })),
});

export const reference =
  ({ accumulate }: SumRows) =>
  ({ out, x, scale, rows, columns, stride }: Referenced<typeof parameters>): void => {
    for (let c = 0; c < panelCount(columns) * PANEL; c++) {
      let sum = 0;
      for (let r = 0; r < rows && c < columns; r++) sum = Math.fround(sum + x[r * stride + c]);
      const scaled = Math.fround(scale * sum);
      out[c] = c >= columns ? 0 : accumulate ? Math.fround(out[c] + scaled) : scaled;
    }
  };
