// f32_map: an elementwise expression over a window of `rows` x `columns`, computed in one pass.
//
//   out[row * outStride + column] = expression(row, column),  column < columns
//   out[row * outStride + column] = 0,                        columns <= column < padded
//
// Each leaf of the expression, by its number n, is an operand with these parameters:
//   scalar   xn                                                 a float by value
//   matrix   xn, xnStride                                       xn[row * xnStride + column]
//   column   xn, xnStep                                         xn[row * xnStep]
//   gather   xn, xnIndex, xnIndexStep, xnIndexStride, xnStride  xn[entry * xnIndexStride + row * xnStride + column]
//                                                               with entry = xnIndex[row * xnIndexStep]
//   oneHot   xn (int32), xnStep, xnFirst                        xn[row * xnStep] === xnFirst + column ? 1 : 0
// A stride or step of 0 repeats a row or a number. Equal parts of the expression are computed once. `out` may be the
// memory of a matrix of the same stride, as long as `padded` does not reach into its next row.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { binary, ternary, unary } from '../parts/elementwise.ts';
import { binaryReference, ternaryReference, unaryReference } from '../twins/elementwise.ts';
import {
  f32,
  family,
  i32,
  kernel,
  size,
  type Axis,
  type Emitted,
  type Parameters,
  type Referenced,
  type Trials,
} from '../kernel.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import {
  mapSteps,
  mapText,
  type LeafKind,
  type MapExpression,
  type MapStep,
  type OperationName,
} from '../parts/map-expression.ts';
import { streamKey } from '../parts/philox.ts';

export type { MapExpression } from '../parts/map-expression.ts';

/** From the first element of the first row to the last of the last. */
const rowsOf =
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

/** The parameters of a leaf, by what follows `xn` in their names. */
const leafParameters = {
  scalar: () => ({ '': f32 }),
  matrix: (x: string) => ({ '': f32.in(rowsOf(`${x}Stride`, 'columns')), Stride: size }),
  column: (x: string) => ({ '': f32.in(stepsOf(`${x}Step`)), Step: size }),
  gather: (x: string) => ({
    '': f32.in(entriesOf(x)),
    Index: i32.in(stepsOf(`${x}IndexStep`)),
    IndexStep: size,
    IndexStride: size,
    Stride: size,
  }),
  oneHot: (x: string) => ({ '': i32.in(stepsOf(`${x}Step`)), Step: size, First: size }),
} as const satisfies Record<LeafKind, (x: string) => Parameters>;

type LeafParameters = { [K in LeafKind]: ReturnType<(typeof leafParameters)[K]> };

/** The leaf's part of the kernel's arguments, by suffix. */
function operandsOf(args: Readonly<Record<string, unknown>>, kind: LeafKind, leaf: number): never {
  const suffixes = Object.keys(leafParameters[kind](''));
  return Object.fromEntries(suffixes.map((suffix) => [suffix, args[`x${leaf}${suffix}`]])) as never;
}

const window = {
  out: f32.out(rowsOf('outStride', 'padded')),
  outStride: size,
  rows: size,
  columns: size,
  padded: size,
};

/** The kernel's parameters: `out`, those of every leaf, and the sizes. */
function parametersOf(steps: readonly MapStep[]): typeof window {
  const leaves: Record<string, Parameters[string]> = {};
  for (const { node } of steps) {
    if (node.kind === 'constant' || node.kind === 'apply') continue;
    const x = `x${node.leaf}`;
    for (const [suffix, parameter] of Object.entries(leafParameters[node.kind](x))) leaves[x + suffix] = parameter;
  }
  const { out, ...sizes } = window;
  return { out, ...leaves, ...sizes };
}

export const f32_map = family('f32_map', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const name = `f32_map_${streamKey(mapText(expression)).toString(16)}`;
  return kernel(name, parametersOf(steps), (k, args) => emitRows(k, steps, args));
});

export const variants = (): readonly MapExpression[] => mapVariants();
export const trials = (expression: MapExpression): Trials => mapTrials(mapSteps(expression));

function emitRows(k: Emitter, steps: readonly MapStep[], args: Emitted<typeof window>): void {
  const { out, outStride, rows, columns, padded } = args;
  k.for(0, rows, 1, (row) => {
    const start = k.pointer('f32', k.let(out.plus(row.mul(outStride)).address));
    const nodes = steps.map(({ node }) => emitNode(k, node, args, row));
    k.lanes(columns, (column) => {
      const values: F32[] = [];
      for (const [i, { args, uses }] of steps.entries()) {
        const value = nodes[i](
          column,
          args.map((arg) => values[arg]),
        );
        values.push(uses > 1 ? k.let(value) : value);
      }
      start.at(column).set(values[values.length - 1]);
    });
    k.for(columns, padded, 1, (column) => start.at(column).set(0));
  });
}

const operations: Record<string, (k: Emitter, ...args: F32[]) => F32> = { ...unary, ...binary, ...ternary };

type NodeValue = (column: Lanes, args: readonly F32[]) => F32;

/** Emits what a node needs once a row; what it returns gives the value at a column. */
function emitNode(k: Emitter, node: MapExpression, args: Emitted<typeof window>, row: I32): NodeValue {
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
  column: (k, { '': x, Step }, row) => {
    const value = k.let<F32>(x.at(row.mul(Step)));
    return () => value;
  },
  gather: (k, { '': x, Index, IndexStep, IndexStride, Stride }, row) => {
    const entry = Index.at(row.mul(IndexStep)).mul(IndexStride);
    const start = k.pointer('f32', k.let(x.plus(entry.add(row.mul(Stride))).address));
    return (column) => start.at(column);
  },
  oneHot: (k, { '': x, Step, First }, row) => {
    const hot = k.let(x.at(row.mul(Step)).sub(First));
    return (column) => k.numbers(column).eq(hot).select(1, 0);
  },
};

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    const { out, outStride, rows, columns, padded } = args;
    for (let row = 0; row < rows; row++) {
      const nodes = steps.map(({ node }) => referNode(node, args, row));
      for (let column = 0; column < columns; column++) {
        const values: number[] = [];
        for (const [i, step] of steps.entries())
          values.push(
            nodes[i](
              column,
              step.args.map((arg) => values[arg]),
            ),
          );
        out[row * outStride + column] = values[values.length - 1];
      }
      for (let column = columns; column < padded; column++) out[row * outStride + column] = 0;
    }
  };

type NodeReference = (column: number, args: readonly number[]) => number;

/** Looked up in a function: a table made of tables would stay in every bundle. */
function operationReference(op: OperationName): (...args: number[]) => number {
  const tables = { ...unaryReference, ...binaryReference, ...ternaryReference };
  return tables[op] as (...args: number[]) => number;
}

function referNode(node: MapExpression, args: Referenced<typeof window>, row: number): NodeReference {
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
  column:
    ({ '': x, Step }, row) =>
    () =>
      x[row * Step],
  gather:
    ({ '': x, Index, IndexStep, IndexStride, Stride }, row) =>
    (column) =>
      x[Index[row * IndexStep] * IndexStride + row * Stride + column],
  oneHot:
    ({ '': x, Step, First }, row) =>
    (column) =>
      x[row * Step] === First + column ? 1 : 0,
};
