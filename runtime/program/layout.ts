// How the elements of a buffer are ordered in memory. Checkpoints and exports see logical row-major values only.

import { panelElements, panelIndex } from '../simd/parts/panels.ts';
import type { ElementArray } from '../wasm/pointer.ts';

export interface Layout {
  /** Elements in memory, filling included. */
  elements(shape: readonly number[]): number;
  /** A copy of physical values in row-major order. */
  decode<T extends ElementArray>(physical: T, shape: readonly number[]): T;
  /** Row-major values into physical ones; filling is left as it is. */
  encode(logical: ArrayLike<number>, shape: readonly number[], physical: ElementArray): void;
}

/** How many elements a logical shape has. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);

/** A matrix's rows are all axes but the last; a vector has one row. */
const matrix = (shape: readonly number[]): readonly [number, number] => [
  elementsOf(shape.slice(0, -1)),
  shape[shape.length - 1],
];

const rowMajor: Layout = {
  elements: elementsOf,
  decode: (physical, shape) => physical.slice(0, elementsOf(shape)) as typeof physical,
  encode: (logical, _shape, physical) => physical.set(logical),
};

/** Panels of eight columns: runtime/simd/parts/panels.ts. */
const panels: Layout = {
  elements: (shape) => panelElements(...matrix(shape)),
  decode(physical, shape) {
    const [rows, columns] = matrix(shape);
    const logical = physical.slice(0, rows * columns) as typeof physical;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        logical[row * columns + column] = physical[panelIndex(rows, row, column)];
      }
    }
    return logical;
  },
  encode(logical, shape, physical) {
    const [rows, columns] = matrix(shape);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        physical[panelIndex(rows, row, column)] = logical[row * columns + column];
      }
    }
  },
};

export const layouts = { rowMajor, panels } as const satisfies Record<string, Layout>;
export type LayoutName = keyof typeof layouts;
