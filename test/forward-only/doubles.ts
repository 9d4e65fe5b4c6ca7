// Small linear algebra in double precision, to state a paper's update beside the one that was compiled.

import type { Learner } from '../../src/index.ts';

export type Vector = readonly number[];
/** Rows of numbers. */
export type Matrix = readonly Vector[];

export const rowsOf = (values: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from({ length: columns }, (__, column) => values[row * columns + column]),
  );

/** x W. */
export const product = (x: Vector, weight: Matrix): Vector =>
  weight[0].map((_, column) => x.reduce((sum, value, row) => sum + value * weight[row][column], 0));

export const plus = (a: Vector, b: Vector): Vector => a.map((value, index) => value + b[index]);

/** d W^T. */
export const back = (d: Vector, weight: Matrix): Vector =>
  weight.map((row) => row.reduce((sum, value, column) => sum + value * d[column], 0));

export const softmax = (logits: Vector): Vector => {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
};

export const crossEntropy = (logits: Vector, label: number): number => -Math.log(softmax(logits)[label]);

export type Weights = Readonly<Record<string, number[]>>;

/** The weights of a learner as doubles, row-major. */
export const weightsOf = (learner: Learner): Weights =>
  Object.fromEntries(Object.entries(learner.weights()).map(([name, { values }]) => [name, [...values]]));

/** dL/dw of the weights named, by central differences. */
export function gradients(loss: (weights: Weights) => number, weights: Weights, names: readonly string[]): Weights {
  const h = 1e-5;
  return Object.fromEntries(
    names.map((name) => [
      name,
      weights[name].map((value, index) => {
        const at = (moved: number): number => {
          const others = weights[name].map((other, place) => (place === index ? moved : other));
          return loss({ ...weights, [name]: others });
        };
        return (at(value + h) - at(value - h)) / (2 * h);
      }),
    ]),
  );
}

/** w - rate * g, in the weights that have a gradient. */
export const descend = (weights: Weights, by: Weights, rate: number): Weights => ({
  ...weights,
  ...Object.fromEntries(
    Object.entries(by).map(([name, gradient]) => [
      name,
      weights[name].map((value, index) => value - rate * gradient[index]),
    ]),
  ),
});

/** The largest difference between weights of the same names. */
export const distance = (a: Weights, b: Weights): number =>
  Math.max(...Object.entries(a).flatMap(([name, values]) => values.map((value, i) => Math.abs(value - b[name][i]))));
