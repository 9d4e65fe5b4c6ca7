// What f32_map and f32_row_sum are made of: the parameters of an expression's leaves, and its value at a row and
// column, as emitted code and in plain TypeScript. Each leaf of the expression, by its number n, is an operand with
// these parameters:
//   scalar   xn                                                 a float by value
//   matrix   xn, xnStride                                       xn[row * xnStride + column]
//   bytes    xn (uint8), xnStride                               the same of bytes, 0 to 255
//   int8     xn (int8), xnStride, xnZero, xnScale               (xn[row * xnStride + column] - xnZero) * xnScale
//   column   xn, xnStep                                         xn[row * xnStep]
//   gather   xn, xnIndex, xnIndexStep, xnIndexStride, xnStride  xn[entry * xnIndexStride + row * xnStride + column]
//                                                               with entry = xnIndex[row * xnIndexStep]
//   cells    xn, xnStride, xnWidth, xnTop, xnLeft, xnCellHeight, xnCellWidth, xnAcross
//                                                               xn[cell * xnStride + column] of the cell, one of
//                                                               xnAcross in a row, in which pixel `row` lies
//   oneHot   xn (int32), xnStep, xnFirst                        xn[row * xnStep] === xnFirst + column ? 1 : 0
//   hot      xn (an integer), xnFirst                           xn === xnFirst + column ? 1 : 0
// and the draws of f32_random (parts/distribution.ts), `uniform`, `normal` and `signs`:
//            xn (int32), xnStep, xnEntry, xnSample, xnFirst, xnStride, xnSeed, xnStream, xnNow, xnTurn, and their own:
//            element i * xnEntry + xnFirst + row * xnStride + column of the stream at (xnNow, xnTurn, i * xnSample),
//            with i = xn[row * xnStep]
// A stride or step of 0 repeats a row or a number. Equal parts of the expression are computed once.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, i32, i8, size, u8, type Axis, type Emitted, type Parameters, type Referenced } from '../kernel.ts';
import { distributionReferences } from '../twins/distribution.ts';
import { binaryReference, ternaryReference, unaryReference } from '../twins/elementwise.ts';
import { normal, signs, uniform } from './distribution.ts';
import type { Values } from './draw.ts';
import { binary, ternary, unary } from './elementwise.ts';
import type { LeafKind, MapExpression, MapStep, OperationName } from './map-expression.ts';
import { emitPhilox, philox4x32, type Words4 } from './philox.ts';

/** From the first element of the first row to the last of the last. */
export const rowsOf =
  (stride: string, columns: string): Axis =>
  (sizes) =>
    (sizes.rows - 1) * sizes[stride] + sizes[columns];
const stepsOf =
  (step: string): Axis =>
  (sizes) =>
    (sizes.rows - 1) * sizes[step] + 1;
/** The kernel does not know how many entries a table has; sizes may tell it by the name `xnEntries`. */
const entriesOf =
  (x: string): Axis =>
  (sizes) => {
    const entries = sizes[`${x}Entries`] ?? 1;
    return (entries - 1) * sizes[`${x}IndexStride`] + (sizes.rows - 1) * sizes[`${x}Stride`] + sizes.columns;
  };

/** Up to the last column of the last cell that holds one of the rows. */
const cellsOf =
  (x: string): Axis =>
  (sizes) => {
    const [stride, width, top, height, across] = ['Stride', 'Width', 'Top', 'CellHeight', 'Across'].map(
      (suffix) => sizes[x + suffix],
    );
    const last = Math.floor((Math.floor((sizes.rows - 1) / width) + top) / height);
    return ((last + 1) * across - 1) * stride + sizes.columns;
  };

const drawnParameters =
  <Floats extends Parameters>({ floats }: { readonly floats: Floats }) =>
  (x: string) => ({
    '': i32.in(stepsOf(`${x}Step`)),
    Step: size,
    Entry: size,
    Sample: size,
    First: size,
    Stride: size,
    Seed: size,
    Stream: size,
    Now: size,
    Turn: size,
    ...floats,
  });

type DrawnParameters = ReturnType<ReturnType<typeof drawnParameters<Readonly<Record<never, never>>>>>;

/** The parameters of a leaf, by what follows `xn` in their names. */
const leafParameters = {
  scalar: () => ({ '': f32 }),
  matrix: (x: string) => ({ '': f32.in(rowsOf(`${x}Stride`, 'columns')), Stride: size }),
  bytes: (x: string) => ({ '': u8.in(rowsOf(`${x}Stride`, 'columns')), Stride: size }),
  int8: (x: string) => ({ '': i8.in(rowsOf(`${x}Stride`, 'columns')), Stride: size, Zero: size, Scale: f32 }),
  column: (x: string) => ({ '': f32.in(stepsOf(`${x}Step`)), Step: size }),
  gather: (x: string) => ({
    '': f32.in(entriesOf(x)),
    Index: i32.in(stepsOf(`${x}IndexStep`)),
    IndexStep: size,
    IndexStride: size,
    Stride: size,
  }),
  cells: (x: string) => ({
    '': f32.in(cellsOf(x)),
    Stride: size,
    Width: size,
    Top: size,
    Left: size,
    CellHeight: size,
    CellWidth: size,
    Across: size,
  }),
  oneHot: (x: string) => ({ '': i32.in(stepsOf(`${x}Step`)), Step: size, First: size }),
  hot: () => ({ '': size, First: size }),
  uniform: drawnParameters(uniform),
  normal: drawnParameters(normal),
  signs: drawnParameters(signs),
} as const satisfies Record<LeafKind, (x: string) => Parameters>;

type LeafParameters = { [K in LeafKind]: ReturnType<(typeof leafParameters)[K]> };

/** The leaf's part of the kernel's arguments, by suffix. */
function operandsOf(args: Readonly<Record<string, unknown>>, kind: LeafKind, leaf: number): never {
  const suffixes = Object.keys(leafParameters[kind](''));
  return Object.fromEntries(suffixes.map((suffix) => [suffix, args[`x${leaf}${suffix}`]])) as never;
}

/** The kernel parameters of all leaves. */
export function leavesOf(steps: readonly MapStep[]): Parameters {
  const leaves: Record<string, Parameters[string]> = {};
  for (const { node } of steps) {
    if (node.kind === 'constant' || node.kind === 'apply') continue;
    const x = `x${node.leaf}`;
    for (const [suffix, parameter] of Object.entries(leafParameters[node.kind](x))) leaves[x + suffix] = parameter;
  }
  return leaves;
}

type Given<Value> = Readonly<Record<string, Value>>;

/** Emits what the expression needs once a row; what it returns gives the value at a column. */
export function emitRow(k: Emitter, steps: readonly MapStep[], args: Given<unknown>, row: I32): (column: Lanes) => F32 {
  const nodes = steps.map(({ node }) => emitNode(k, node, args, row));
  return (column) => {
    const values: F32[] = [];
    for (const [i, { args: from, uses }] of steps.entries()) {
      const operands = from.map((arg) => values[arg]);
      const value = nodes[i](column, operands);
      values.push(uses > 1 ? k.let(value) : value);
    }
    return values[values.length - 1];
  };
}

/** The same in plain TypeScript. */
export function referRow(steps: readonly MapStep[], args: Given<unknown>, row: number): (column: number) => number {
  const nodes = steps.map(({ node }) => referNode(node, args, row));
  return (column) => {
    const values: number[] = [];
    for (const [i, step] of steps.entries()) {
      const operands = step.args.map((arg) => values[arg]);
      values.push(nodes[i](column, operands));
    }
    return values[values.length - 1];
  };
}

const operations: Record<string, (k: Emitter, ...args: F32[]) => F32> = { ...unary, ...binary, ...ternary };

type NodeValue = (column: Lanes, args: readonly F32[]) => F32;

/** Emits what a node needs once a row; what it returns gives the value at a column. */
function emitNode(k: Emitter, node: MapExpression, args: Given<unknown>, row: I32): NodeValue {
  if (node.kind === 'constant') return () => k.f32(node.value);
  if (node.kind === 'apply') return (_, operands) => operations[node.op](k, ...operands);
  return emitLeaf[node.kind](k, operandsOf(args, node.kind, node.leaf), row);
}

const emitLeaf: { [K in LeafKind]: (k: Emitter, operands: Emitted<LeafParameters[K]>, row: I32) => NodeValue } = {
  scalar:
    (_k, { '': x }) =>
    () =>
      x,
  matrix: (k, { '': x, Stride }, row) => {
    const start = k.pointer('f32', k.let(x.plus(row.mul(Stride)).address));
    return (column) => start.at(column);
  },
  bytes: (k, { '': x, Stride }, row) => {
    const start = k.pointer('u8', k.let(x.plus(row.mul(Stride)).address));
    return (column) => start.at(column).toFloat();
  },
  int8: (k, { '': x, Stride, Zero, Scale }, row) => {
    const start = k.pointer('i8', k.let(x.plus(row.mul(Stride)).address));
    return (column) => start.at(column).sub(Zero).toFloat().mul(Scale);
  },
  column: (k, { '': x, Step }, row) => {
    const value = k.let<F32>(x.at(row.mul(Step)));
    return () => value;
  },
  gather: (k, { '': x, Index, IndexStep, IndexStride, Stride }, row) => {
    const entry = Index.at(row.mul(IndexStep)).mul(IndexStride);
    const start = k.pointer('f32', k.let(x.plus(entry.add(row.mul(Stride))).address));
    return (column) => start.at(column);
  },
  cells: (k, { '': x, Stride, Width, Top, Left, CellHeight, CellWidth, Across }, row) => {
    const down = row.div(Width).add(Top).div(CellHeight);
    const cell = down.mul(Across).add(row.rem(Width).add(Left).div(CellWidth));
    const start = k.pointer('f32', k.let(x.plus(cell.mul(Stride)).address));
    return (column) => start.at(column);
  },
  oneHot: (k, { '': x, Step, First }, row) => {
    const hot = k.let(x.at(row.mul(Step)).sub(First));
    return (column) => k.numbers(column).eq(hot).select(1, 0);
  },
  hot: (k, { '': x, First }) => {
    const hot = k.let(x.sub(First));
    return (column) => k.numbers(column).eq(hot).select(1, 0);
  },
  uniform: (k, given, row) => emitDrawn(k, uniform.values(k, given), given, row),
  normal: (k, given, row) => emitDrawn(k, normal.values(k, given), given, row),
  signs: (k, given, row) => emitDrawn(k, signs.values(k, given), given, row),
};

/** One block of four elements at a time, two where the four columns lie across two blocks. */
function emitDrawn(k: Emitter, values: Values, args: Emitted<DrawnParameters>, row: I32): NodeValue {
  const { '': x, Step, Entry, Sample, First, Stride, Seed, Stream, Now, Turn } = args;
  const index = k.let<I32>(x.at(row.mul(Step)));
  const start = k.let(index.mul(Entry).add(First).add(row.mul(Stride)));
  const sample = k.let(index.mul(Sample));
  const drawn = (block: I32): F32[] =>
    values(emitPhilox(k, [block, Now, Turn, sample], [Seed, Stream])).map((value) => k.let(value));
  return (column) => {
    const element = k.let(start.add(column.index));
    const four = drawn(k.let(element.shrUnsigned(2)));
    const within = k.let(element.and(3));
    const chosen = (from: readonly F32[], at: I32): F32 =>
      from.slice(1).reduce<F32>((other, value, place) => at.eq(place + 1).select(value, other), from[0]);
    if (column.width === 1) return chosen(four, within);
    const lanes = four.map((value) => k.var(value));
    k.if(within.ne(0), () => {
      const next = drawn(k.let(element.shrUnsigned(2).add(1)));
      const eight = [...four, ...next];
      lanes.forEach((lane, place) => lane.set(chosen(eight.slice(place, place + 4), within)));
    });
    const [a, b, c, d] = lanes.map((lane) => k.f32x4(lane));
    return a.shuffle(b, [0, 4, 1, 5]).shuffle(c.shuffle(d, [0, 4, 1, 5]), [0, 1, 4, 5]);
  };
}

type NodeReference = (column: number, args: readonly number[]) => number;

/** Looked up in a function: a table made of tables would stay in every bundle. */
function operationReference(op: OperationName): (...args: number[]) => number {
  const tables = { ...unaryReference, ...binaryReference, ...ternaryReference };
  return tables[op] as (...args: number[]) => number;
}

function referNode(node: MapExpression, args: Given<unknown>, row: number): NodeReference {
  if (node.kind === 'constant') return () => Math.fround(node.value);
  if (node.kind === 'apply') {
    const operation = operationReference(node.op);
    return (_, operands) => operation(...operands);
  }
  return leafReferences[node.kind](operandsOf(args, node.kind, node.leaf), row);
}

const leafReferences: { [K in LeafKind]: (operands: Referenced<LeafParameters[K]>, row: number) => NodeReference } = {
  scalar:
    ({ '': x }) =>
    () =>
      x,
  matrix:
    ({ '': x, Stride }, row) =>
    (column) =>
      x[row * Stride + column],
  bytes:
    ({ '': x, Stride }, row) =>
    (column) =>
      x[row * Stride + column],
  int8:
    ({ '': x, Stride, Zero, Scale }, row) =>
    (column) =>
      Math.fround((x[row * Stride + column] - Zero) * Scale),
  column:
    ({ '': x, Step }, row) =>
    () =>
      x[row * Step],
  gather:
    ({ '': x, Index, IndexStep, IndexStride, Stride }, row) =>
    (column) =>
      x[Index[row * IndexStep] * IndexStride + row * Stride + column],
  cells: ({ '': x, Stride, Width, Top, Left, CellHeight, CellWidth, Across }, row) => {
    const down = Math.floor((Math.floor(row / Width) + Top) / CellHeight);
    const cell = down * Across + Math.floor(((row % Width) + Left) / CellWidth);
    return (column) => x[cell * Stride + column];
  },
  oneHot:
    ({ '': x, Step, First }, row) =>
    (column) =>
      x[row * Step] === First + column ? 1 : 0,
  hot:
    ({ '': x, First }) =>
    (column) =>
      x === First + column ? 1 : 0,
  uniform: ({ low, high, ...draw }, row) => referDrawn(draw, row, distributionReferences.uniform({ low, high })),
  normal: ({ scale, ...draw }, row) => referDrawn(draw, row, distributionReferences.normal({ scale })),
  signs: ({ scale, ...draw }, row) => referDrawn(draw, row, distributionReferences.signs({ scale })),
};

function referDrawn(
  args: Referenced<DrawnParameters>,
  row: number,
  value: (words: Words4, element: number) => number,
): NodeReference {
  const { '': x, Step, Entry, Sample, First, Stride, Seed, Stream, Now, Turn } = args;
  const index = x[row * Step];
  return (column) => {
    const element = (Math.imul(index, Entry) + First + Math.imul(row, Stride) + column) >>> 0;
    const words = philox4x32([element >>> 2, Now, Turn, Math.imul(index, Sample)], [Seed, Stream]);
    return value(words, element);
  };
}
