// Row-major boxes that differ in size: the corner they have in common. Growing classes is moving such corners.

import { elementsOf } from '../../runtime/program/layout.ts';

interface Elements {
  readonly length: number;
  [index: number]: number;
  set(values: ArrayLike<number>): void;
}

/** Copies the first elements of `from` along every axis, as many as both shapes have. The shapes have the same rank. */
export function copyCorner(
  to: Elements,
  toShape: readonly number[],
  from: ArrayLike<number>,
  fromShape: readonly number[],
): void {
  if (toShape.join() === fromShape.join()) return to.set(from);
  const common = toShape.map((axis, index) => Math.min(axis, fromShape[index]));
  const count = elementsOf(common);
  for (let index = 0; index < count; index++) {
    let [rest, target, source, targetStride, sourceStride] = [index, 0, 0, 1, 1];
    for (let axis = common.length - 1; axis >= 0; axis--) {
      const position = rest % common[axis];
      rest = (rest - position) / common[axis];
      target += position * targetStride;
      source += position * sourceStride;
      targetStride *= toShape[axis];
      sourceStride *= fromShape[axis];
    }
    to[target] = from[source];
  }
}
