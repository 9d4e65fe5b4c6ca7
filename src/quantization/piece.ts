// A weight in panels, piece by piece, for what changes it elementwise. Columns that follow a count are told apart from
// those to come, so that a class that is added later begins with its first values.

import { along, view, type Affine } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Constant } from '../../runtime/program/leaves.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';

/** Elements that follow one another: the number of the first, and the shape in which they are seen. */
export interface PieceSpan {
  readonly first: Affine | number;
  readonly shape: readonly Dim[];
}

interface Panels {
  readonly name: string;
  readonly rows: number;
  readonly columns: Dim;
}

/**
 * Records `visit` for each piece of `columns` in panels, with what is to stand there out of two expressions: in columns
 * there are, and in columns to come.
 */
export function eachPiece(
  p: Program,
  { name, rows, columns }: Panels,
  visit: (span: PieceSpan, choose: (there: Expression, toCome: Expression | number) => Expression) => void,
): void {
  const padded = paddedColumns(columns);
  if (columns.count === null) {
    return visit({ first: 0, shape: [constant(1), constant(rows * padded)] }, (there) => there);
  }
  const isThere = p.buffer({ name: `${name}/isThere`, role: 'scratch', shape: [padded] });
  p.evaluate(new Constant(1), view(isThere), { rows: constant(1), columns, first: 0, sample: null }, padded, padded);
  p.loop(padded / PANEL, (panel) => {
    const shape = [constant(rows), constant(PANEL)];
    const mask = new Tensor(isThere, shape, { offset: along(panel, PANEL), stride: constant(0) });
    visit({ first: along(panel, rows * PANEL), shape }, (there, toCome) => mask.where(there, toCome));
  });
}
