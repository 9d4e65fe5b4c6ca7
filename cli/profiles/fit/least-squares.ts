// Weighted least squares by Levenberg and Marquardt, with differences for derivatives.

export interface Problem {
  /** Predictions at these parameters. */
  predict(parameters: readonly number[]): Float64Array;
  readonly targets: Float64Array;
  /** One over the variance of each target. */
  readonly weights: Float64Array;
}

export interface Solution {
  readonly parameters: number[];
  readonly predictions: Float64Array;
  /** The weighted sum of squares. */
  readonly cost: number;
  /** Of the parameters, by the weights; infinite in a direction that no target feels. */
  readonly covariance: readonly (readonly number[])[];
  /** Of each parameter: how predictions change with it. */
  readonly slopes: readonly Float64Array[];
}

const TURNS = 60;
const ENOUGH = 1e-6;
const DIFFERENCE = 1e-5;

export function leastSquares(problem: Problem, start: readonly number[]): Solution {
  let parameters = [...start];
  let predictions = problem.predict(parameters);
  let cost = costOf(problem, predictions);
  let damping = 1e-3;
  for (let turn = 0; turn < TURNS; turn++) {
    const slopes = slopesAt(problem.predict, parameters, predictions);
    const { matrix, vector } = normalEquations(problem, slopes, predictions);
    let gain = 0;
    while (damping < 1e9) {
      const damped = matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + 1e-300 : value)));
      const by = solve(
        damped,
        vector.map((value) => [value]),
      );
      const next = parameters.map((value, i) => value + by[i][0]);
      const there = problem.predict(next);
      const nextCost = costOf(problem, there);
      if (nextCost < cost) {
        gain = (cost - nextCost) / cost;
        [parameters, predictions, cost] = [next, there, nextCost];
        damping /= 5;
        break;
      }
      damping *= 4;
    }
    if (gain < ENOUGH) break;
  }
  const slopes = slopesAt(problem.predict, parameters, predictions);
  const { matrix } = normalEquations(problem, slopes, predictions);
  return { parameters, predictions, cost, covariance: inverse(matrix), slopes };
}

function costOf({ targets, weights }: Problem, predictions: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += weights[i] * (targets[i] - predictions[i]) ** 2;
  return Number.isFinite(sum) ? sum : Infinity;
}

/** How predictions change with each parameter, by differences. */
export const slopesAt = (
  predict: Problem['predict'],
  parameters: readonly number[],
  at: Float64Array,
): Float64Array[] =>
  parameters.map((value, i) => {
    const by = DIFFERENCE * Math.max(Math.abs(value), 0.01);
    const moved = predict(parameters.map((other, j) => (i === j ? other + by : other)));
    return moved.map((there, n) => (there - at[n]) / by);
  });

function normalEquations({ targets, weights }: Problem, slopes: readonly Float64Array[], predictions: Float64Array) {
  const product = (a: Float64Array, b: (n: number) => number): number => {
    let sum = 0;
    for (let n = 0; n < a.length; n++) sum += weights[n] * a[n] * b(n);
    return sum;
  };
  return {
    matrix: slopes.map((a) => slopes.map((b) => product(a, (n) => b[n]))),
    vector: slopes.map((a) => product(a, (n) => targets[n] - predictions[n])),
  };
}

/** By elimination with the largest pivot; a direction without any is left at 0. */
function solve(matrix: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...right[i]]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const by = rows[column][column];
    if (by === 0) continue;
    rows[column] = rows[column].map((value) => value / by);
    rows.forEach((row, other) => {
      const factor = row[column];
      if (other !== column && factor !== 0) rows[other] = row.map((value, j) => value - factor * rows[column][j]);
    });
  }
  return rows.map((row) => row.slice(size));
}

function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] || Number.MIN_VALUE));
  const scaled = matrix.map((row, i) => row.map((value, j) => value * scale[i] * scale[j]));
  const unit = matrix.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  return solve(scaled, unit).map((row, i) =>
    row.map((value, j) => (matrix[i][i] === 0 ? Infinity : value * scale[i] * scale[j])),
  );
}
