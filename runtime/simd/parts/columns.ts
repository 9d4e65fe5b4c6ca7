// Sums down the columns of a matrix, `sum[c] = sum over r of term[r][c]` in the order of the rows, for bias gradients
// and for statistics per channel. Sixteen columns at a time: a cache line of each row, and four sums in flight.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';

const STRIP = 4;

export interface Matrix {
  readonly rows: I32;
  readonly columns: I32;
  /** Elements from one row to the next, in every matrix that is read. */
  readonly stride: I32;
}

/** Reads the element (or four neighbours) of a matrix at the current row and column. */
export type Read = (matrix: Pointer<'f32'>) => F32;

/** Called for each column (or four) outside the loop over the rows; what it returns is emitted inside. */
export type Term = (column: Lanes) => (read: Read) => F32;

/** Sums a term down every column and hands the sums to `finish`. */
export function sumColumns(
  k: Emitter,
  { rows, columns, stride }: Matrix,
  term: Term,
  finish: (column: Lanes, sum: F32) => void,
): void {
  const size = k.let(rows.mul(stride));

  const sumStrip = (first: I32, lanes: readonly Lanes[]): void => {
    const sums = lanes.map(({ width }) => k.var(width === 4 ? k.f32x4(0) : k.f32(0)));
    const terms = lanes.map(term);
    const offset = k.var(first);
    const end = k.let(first.add(size));
    k.while(
      () => offset.lt(end),
      () => {
        sums.forEach((sum, part) => {
          const read: Read = (matrix) => {
            const here = matrix.plus(offset).plus(part * 4);
            return lanes[part].width === 4 ? here.vector(0) : here.at(0);
          };
          sum.set(sum.add(terms[part](read)));
        });
        offset.set(offset.add(stride));
      },
    );
    lanes.forEach((column, part) => {
      finish(column, sums[part]);
    });
  };

  const whole = k.let(columns.and(-STRIP * 4));
  k.for(0, whole, STRIP * 4, (first) => {
    sumStrip(
      first,
      Array.from({ length: STRIP }, (_, part) => ({ width: 4, index: k.let(first.add(part * 4)) })),
    );
  });
  k.lanes(columns.sub(whole), ({ width, index }) => {
    const column = { width, index: k.let(whole.add(index)) };
    sumStrip(column.index, [column]);
  });
}
