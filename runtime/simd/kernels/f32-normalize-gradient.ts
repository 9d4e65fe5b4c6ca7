// f32_normalize_gradient: the gradient of f32_normalize with respect to x, from x and the gradient dy of its output:
//   dx = s (dy - shift - c s^2 M(dy c))     c: x, less its mean for 'layer';  s: 1 / sqrt(M(c^2) + epsilon)
// M is the mean over the row, for 'l2' the sum; shift is the mean of dy for 'layer', else 0.

import { emitStatistics, normalizations, statisticsReference, type Normalization } from './f32-normalize.ts';
import { f32, family, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  dx: f32.out('rows', 'columns'),
  x: f32.in('rows', 'columns'),
  dy: f32.in('rows', 'columns'),
  epsilon: f32,
  rows: size,
  columns: size,
};

export const f32_normalize_gradient = family(
  'f32_normalize_gradient',
  (mode: Normalization) => mode,
  (mode, name) =>
    kernel(name, parameters, (k, { dx, x, dy, epsilon, rows, columns }) => {
      k.for(0, rows, 1, (row) => {
        const offset = k.let(row.mul(columns));
        const gradient = dy.plus(offset);
        const { count, centred, inverse } = emitStatistics(k, mode, x.plus(offset), columns, epsilon);
        const shift = mode === 'layer' ? k.let(k.sum(columns, (i) => gradient.at(i)).div(count)) : undefined;
        const product = k.sum(columns, (i) => gradient.at(i).mul(centred(i)));
        const slope = k.let(product.div(count).mul(inverse.mul(inverse)));
        k.lanes(columns, (i) => {
          const shifted = shift === undefined ? gradient.at(i) : gradient.at(i).sub(shift);
          dx.plus(offset)
            .at(i)
            .set(shifted.sub(centred(i).mul(slope)).mul(inverse));
        });
      });
    }),
);

export const variants = (): readonly Normalization[] => normalizations;
export const trials = (): Trials => ({
  inPlace: [
    ['dx', 'x'],
    ['dx', 'dy'],
  ],
});

export const reference =
  (mode: Normalization) =>
  ({ dx, x, dy, epsilon, rows, columns }: Referenced<typeof parameters>): void => {
    const round = Math.fround;
    for (let row = 0; row < rows; row++) {
      const [begin, end] = [row * columns, (row + 1) * columns];
      const gradient = dy.subarray(begin, end);
      const { count, centred, inverse } = statisticsReference(mode, x.subarray(begin, end), epsilon);
      const shift = mode === 'layer' ? round(sumReference(columns, (i) => gradient[i]) / count) : 0;
      const product = sumReference(columns, (i) => round(gradient[i] * centred(i)));
      const slope = round(round(product / count) * round(inverse * inverse));
      for (let i = 0; i < columns; i++) {
        const difference = round(round(gradient[i] - shift) - round(centred(i) * slope));
        dx[begin + i] = round(difference * inverse);
      }
    }
  };
