// i8_map: an elementwise expression over a window of `rows` x `columns`, kept as int8 (parts/requantize.ts).
//
//   out[row * outStride + column] = nearest(expression(row, column) / yScale + yZero), kept within -128..127
//
// The leaves of the expression are the operands (parts/map-row.ts).

import { mapTrials, mapVariants } from '../cases/map.ts';
import { family, kernel, size, type Parameters, type Referenced, type Trials } from '../kernel.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow, rowsOf } from '../parts/map-row.ts';
import { streamKey } from '../parts/philox.ts';
import { quantizedFloats, quantizedOutput, quantizedSizes, quantizer, type KeptOutput } from '../parts/requantize.ts';
import { quantizerReference } from '../twins/requantize.ts';

export interface IntegerMap {
  readonly expression: MapExpression;
  readonly output: KeptOutput;
}

const window = (output: KeptOutput) => {
  const { out, ...kept } = quantizedOutput(output, rowsOf('outStride', 'columns'));
  return { out, kept: { ...kept, outStride: size, rows: size, columns: size } };
};

type Window = Pick<ReturnType<typeof window>, 'out'> & ReturnType<typeof window>['kept'];

const textOf = ({ expression, output }: IntegerMap): string => `${output} ${mapText(expression)}`;

export const i8_map = family('i8_map', textOf, (map: IntegerMap) => {
  const steps = mapSteps(map.expression);
  const { out, kept } = window(map.output);
  const parameters: Window & Parameters = { out, ...leavesOf(steps), ...kept };
  return kernel(`i8_map_${streamKey(textOf(map)).toString(16)}`, parameters, (k, args) => {
    const { rows, columns, outStride } = args;
    const { quantize, observe, finish } = quantizer(k, map.output, args);
    k.for(0, rows, 1, (row) => {
      const start = k.pointer('i8', k.let(args.out.plus(row.mul(outStride)).address));
      const value = emitRow(k, steps, args, row);
      k.lanes(columns, (column) => {
        const y = k.let(value(column));
        observe(y);
        start.at(column).set(quantize(y));
      });
    });
    finish();
  });
});

export const variants = (): IntegerMap[] =>
  mapVariants().flatMap((expression, index) =>
    index % 4 === 0 ? [{ expression, output: index % 8 === 0 ? 'observed' : 'i8' }] : [],
  );

export const trials = ({ expression }: IntegerMap): Trials => {
  const { cases = [], inPlace: _, ...others } = mapTrials(mapSteps(expression));
  const { yZero } = quantizedSizes;
  return { ...others, floats: { yScale: quantizedFloats.yScale }, cases: cases.map((sizes) => ({ ...sizes, yZero })) };
};

export const reference =
  ({ expression, output }: IntegerMap) =>
  (args: Referenced<Window>): void => {
    const steps = mapSteps(expression);
    const { out, outStride, rows, columns } = args;
    const quantize = quantizerReference(output, args);
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      for (let column = 0; column < columns; column++) out[row * outStride + column] = quantize(value(column));
    }
  };
