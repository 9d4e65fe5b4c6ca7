// What the generic test runs of f32_map: expressions that cover every leaf and operation, and windows for any of them.

import { binary, unary, type BinaryName, type UnaryName } from '../parts/elementwise.ts';
import type { Sizes, Trials } from '../kernel.ts';
import { distributions } from '../parts/distribution.ts';
import type { LeafKind, MapExpression, MapStep, OperationName } from '../parts/map-expression.ts';

const leaf = (kind: LeafKind, number: number): MapExpression => ({ kind, leaf: number });
const apply = (op: OperationName, ...args: MapExpression[]): MapExpression => ({ kind: 'apply', op, args });
const constant = (value: number): MapExpression => ({ kind: 'constant', value });

const [x0, x1] = [leaf('matrix', 0), leaf('matrix', 1)];
const difference = apply('sub', x0, leaf('gather', 1));

export const mapVariants = (): readonly MapExpression[] => [
  constant(0.1),
  leaf('oneHot', 0),
  apply('div', leaf('bytes', 0), constant(255)),
  apply('mul', leaf('int8', 0), leaf('matrix', 1)),
  leaf('hot', 0),
  leaf('cells', 0),
  apply('mul', x0, leaf('cells', 1)),
  leaf('uniform', 0),
  leaf('normal', 0),
  apply('mul', leaf('signs', 1), x0),
  ...(Object.keys(unary) as UnaryName[]).map((op) => apply(op, x0)),
  ...(Object.keys(binary) as BinaryName[]).map((op) => apply(op, x0, x1)),
  apply('where', leaf('column', 2), apply('mul', x0, leaf('scalar', 1)), constant(-0)),
  apply('mul', apply('sub', x0, leaf('oneHot', 2)), apply('sub', constant(1), apply('square', x0))),
  apply('where', apply('abs', difference), apply('mul', difference, leaf('column', 2)), apply('neg', difference)),
];

/** Entries of a gathered table. */
const ENTRIES = 4;

/** A window, with what the sizes of every leaf are made from. */
interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly padded: number;
  readonly stride: number;
  readonly step: 0 | 1;
}

const cases: readonly Case[] = [
  ...[1, 3, 4, 5, 8, 17].map((columns): Case => ({ rows: 1, columns, padded: columns, stride: columns, step: 1 })),
  { rows: 3, columns: 7, padded: 7, stride: 7, step: 1 },
  { rows: 3, columns: 6, padded: 6, stride: 11, step: 1 },
  { rows: 4, columns: 5, padded: 8, stride: 9, step: 0 },
  { rows: 2, columns: 1, padded: 8, stride: 0, step: 1 },
];

function leafSizes(kind: LeafKind, x: string, { rows, columns, stride, step }: Case): Sizes {
  if (kind === 'matrix' || kind === 'bytes') return { [`${x}Stride`]: stride };
  if (kind === 'int8') return { [`${x}Stride`]: stride, [`${x}Zero`]: -7 };
  if (kind === 'column') return { [`${x}Step`]: step };
  if (kind === 'oneHot') return { [`${x}Step`]: step, [`${x}First`]: 2 * (1 - step) };
  if (kind === 'scalar') return {};
  if (kind === 'hot') return { [x]: columns, [`${x}First`]: 2 };
  if (kind === 'cells') return cellSizes(x, rows, stride, step);
  if (kind !== 'gather') return drawnSizes(x, rows, stride, step);
  const table = { [`${x}Entries`]: ENTRIES, [`${x}IndexStride`]: rows * stride + columns };
  return { ...table, [`${x}IndexStep`]: step, [`${x}Stride`]: step === 1 ? 0 : stride };
}

/** Images of one row of pixels, or of two side by side, whose first cells lie in part outside. */
function cellSizes(x: string, rows: number, stride: number, step: 0 | 1): Sizes {
  const [width, left] = step === 1 ? [rows, 1] : [2, 0];
  const cells = { Top: 1, Left: left, CellHeight: 2, CellWidth: 2, Across: Math.ceil((width + left) / 2) };
  const named = Object.entries(cells).map(([suffix, size]) => [x + suffix, size] as const);
  return { [`${x}Stride`]: stride, [`${x}Width`]: width, ...Object.fromEntries(named) };
}

/** Rows begin anywhere in a block of four: as rows of a table, or as samples with a piece of their features. */
const drawnSizes = (x: string, rows: number, stride: number, step: 0 | 1): Sizes => ({
  [`${x}Step`]: step,
  [`${x}Entry`]: rows === 1 ? 0 : stride + 2,
  [`${x}Sample`]: rows === 1 ? 1 : 0,
  [`${x}First`]: rows - 1,
  [`${x}Stride`]: step === 1 ? 0 : stride,
  [`${x}Seed`]: -2,
  [`${x}Stream`]: 0x7ab1e,
  [`${x}Now`]: 3,
  [`${x}Turn`]: stride % 3,
});

const isDrawn = (kind: LeafKind): boolean => kind in distributions;

/** Sizes, ranges of indices, and pairs in place for the kernel of these steps. */
export function mapTrials(steps: readonly MapStep[]): Trials {
  const leaves = steps.flatMap(({ node }) => (node.kind === 'constant' || node.kind === 'apply' ? [] : [node]));
  const named = (kind: LeafKind): string[] =>
    leaves.filter((node) => node.kind === kind).map((node) => `x${node.leaf}`);
  const sizesOf = (from: Case): Sizes => {
    const { rows, columns, padded, stride } = from;
    const sizes = leaves.map((node) => leafSizes(node.kind, `x${node.leaf}`, from));
    return Object.assign({ rows, columns, padded, outStride: Math.max(stride, padded) }, ...sizes);
  };
  return {
    cases: cases.map(sizesOf),
    indices: Object.fromEntries([
      ...named('gather').map((x) => [`${x}Index`, `${x}Entries`]),
      ...named('oneHot').map((x) => [x, ({ columns }: Sizes) => columns + 3]),
      ...leaves.filter(({ kind }) => isDrawn(kind)).map(({ leaf: number }) => [`x${number}`, 5]),
    ]),
    inPlace: named('matrix').map((x) => ['out', x]),
  };
}
