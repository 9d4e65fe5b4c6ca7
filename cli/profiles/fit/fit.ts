// Fits device models to steps. A model says how far a pulse goes from a state, so steps are what is fitted, not curves:
// noise adds up along a curve, and steps are told apart from it. The equations are the models' own; their steps are
// computed at even states, with lines between them.

import { deviceModels, type DeviceModelName } from '../../../runtime/simd/devices/index.ts';
import type { Constants } from '../../../runtime/simd/devices/model.ts';
import { moments, Specimen, type Way } from '../response.ts';
import { type Candidate, complete, type Found, type Noise } from './candidates.ts';
import { leastSquares, slopesAt, type Problem, type Solution } from './least-squares.ts';
import type { Step, Steps } from './steps.ts';

export interface Estimate {
  /** A constant of the model. */
  readonly name: string;
  readonly value: number;
  /** Its standard error; null where nothing tells it. */
  readonly error: number | null;
  /** Whether it is known to within a tenth, by 2.5 standard errors. */
  readonly determined: boolean;
}

export interface Fit {
  readonly model: DeviceModelName;
  readonly noise: Noise;
  readonly constants: Constants;
  readonly estimates: readonly Estimate[];
  /** The bounds of the model, as shares of the range that was seen. */
  readonly bounds: readonly [low: number, high: number];
  /** Deviation of reading, of the range; null where it is not seen. */
  readonly readNoise: number | null;
  /** Root of the mean square of what a step differs by, of the range. */
  readonly residual: number;
  /** Bayes' information criterion: less is better. */
  readonly criterion: number;
}

const GRID = 32;
const ROUNDS = 2;
/** Steps that may have run into a bound, in roots of their device's mean square, are left out of all fits alike. */
const MARGIN = 2.5;
/** The least step that relative noise is counted by, of the largest. */
const LEAST = 1e-2;

/** Steps that no bound cut short. */
function freeSteps({ steps, devices }: Pick<Steps, 'steps' | 'devices'>): Step[] {
  const margins = Array.from({ length: devices }, (_, device) => {
    const own = steps.filter((step) => step.device === device);
    return MARGIN * Math.sqrt(moments(own.map(({ by }) => by ** 2)).mean);
  });
  const inside = steps.filter(({ from }) => from >= 0 && from <= 1);
  const free = inside.filter(({ from, way, device }) =>
    way > 0 ? from < 1 - margins[device] : from > margins[device],
  );
  return free.length > steps.length / 4 ? free : inside;
}

export function fitCandidate(data: Steps, candidate: Candidate, noise: Noise): Fit {
  const steps = freeSteps(data);
  const ways = ([1, -1] as const).filter((way) => steps.some((step) => step.way === way));
  const unknowns = candidate.unknowns.filter(({ way }) => way === undefined || ways.includes(way));
  const foundOf = (parameters: readonly number[]): Found =>
    complete(
      candidate,
      Object.fromEntries(
        unknowns.map(({ name, positive }, at) => [name, positive ? Math.exp(parameters[at]) : parameters[at]]),
      ),
    );
  const at = (parameters: readonly number[], of: Cells): Float64Array =>
    predict(candidate, foundOf(parameters), of, ways);
  const cells = cellsOf(steps);
  const problem = (weights: Float64Array): Problem => ({
    predict: (parameters) => at(parameters, cells),
    targets: cells.by,
    weights: weights.map((weight, cell) => weight * cells.counts[cell]),
  });
  const size = moments(steps.map(({ by, way }) => by * way)).mean;
  const starts = [{}, ...(candidate.starts ?? [])].map((start) =>
    unknowns.map(({ name, positive, start: usual }) => {
      const value = (start as Found)[name] ?? startOf(name, usual, Math.max(size, 1e-4));
      return positive ? Math.log(value) : value;
    }),
  );
  const even = new Float64Array(cells.by.length).fill(1);
  const first = starts.map((start) => leastSquares(problem(even), start));
  let solution = first.reduce((best, other) => (other.cost < best.cost ? other : best));
  if (noise === 'relative') {
    for (let round = 0; round < ROUNDS; round++) {
      solution = leastSquares(problem(relativeWeights(solution.predictions)), solution.parameters);
    }
  }
  const each = asCells(steps);
  const predictions = at(solution.parameters, each);
  const slopes = slopesAt((parameters) => at(parameters, each), solution.parameters, predictions);
  return describe({
    data,
    candidate,
    noise,
    steps,
    ways,
    unknowns,
    foundOf,
    solution: { ...solution, predictions, slopes },
  });
}

/** Steps of a way from nearly the same state, as their means: what least squares sees of them. */
interface Cells {
  readonly from: Float64Array;
  readonly ways: readonly Way[];
  readonly by: Float64Array;
  readonly counts: Float64Array;
}

const CELLS = 256;

function cellsOf(steps: readonly Step[]): Cells {
  const sums = new Map<number, { way: Way; from: number; by: number; count: number }>();
  for (const { from, by, way } of steps) {
    const key = way * (1 + Math.floor(from * CELLS));
    const sum = sums.get(key) ?? { way, from: 0, by: 0, count: 0 };
    sum.from += from;
    sum.by += by;
    sum.count++;
    sums.set(key, sum);
  }
  const all = [...sums.values()];
  return {
    from: Float64Array.from(all, ({ from, count }) => from / count),
    by: Float64Array.from(all, ({ by, count }) => by / count),
    ways: all.map(({ way }) => way),
    counts: Float64Array.from(all, ({ count }) => count),
  };
}

const asCells = (steps: readonly Step[]): Cells => ({
  from: Float64Array.from(steps, ({ from }) => from),
  by: Float64Array.from(steps, ({ by }) => by),
  ways: steps.map(({ way }) => way),
  counts: new Float64Array(steps.length).fill(1),
});

/** Steps at first are the mean step, over the range from -1 to 1. */
function startOf(name: string, usual: number, size: number): number {
  if (/^(up|down)\d*$/.test(name)) return 2 * size;
  return name.startsWith('levels') ? 1 / size : usual;
}

function relativeWeights(predictions: Float64Array): Float64Array {
  const largest = predictions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return predictions.map((value) => 1 / Math.max(Math.abs(value), LEAST * largest) ** 2);
}

/** The steps of the mean device from where these began; NaN where the numbers are none that the model computes with. */
function predict(candidate: Candidate, found: Found, cells: Cells, ways: readonly Way[]): Float64Array {
  const [low, high] = candidate.bounds?.(found) ?? [0, 1];
  const { model } = candidate;
  const tables = { 1: new Float64Array(GRID + 1), [-1]: new Float64Array(GRID + 1) };
  try {
    const constants = candidate.constants(found);
    const device = new Specimen({ name: 'fitted', title: '', source: '', model, constants });
    const [least, most] = model === 'exponential' ? [0, 1] : [-1, 1];
    const scale = (high - low) / (most - least);
    for (const way of ways) {
      for (let node = 0; node <= GRID; node++) {
        const state = least + (node / GRID - low) / scale;
        tables[way][node] = (device.pulse(state, way) - state) * scale;
      }
    }
    // at its bound a pulse is cut short, which no free step is: the line goes on
    tables[1][GRID] = 2 * tables[1][GRID - 1] - tables[1][GRID - 2];
    tables[-1][0] = 2 * tables[-1][1] - tables[-1][2];
  } catch {
    return new Float64Array(cells.from.length).fill(Number.NaN);
  }
  return cells.from.map((from, at) => {
    const place = from * GRID;
    const node = Math.min(Math.floor(place), GRID - 1);
    const table = tables[cells.ways[at]];
    return table[node] + (place - node) * (table[node + 1] - table[node]);
  });
}

interface Fitted {
  readonly data: Steps;
  readonly candidate: Candidate;
  readonly noise: Noise;
  readonly steps: readonly Step[];
  readonly ways: readonly Way[];
  readonly unknowns: Candidate['unknowns'];
  readonly solution: Solution;
  foundOf(parameters: readonly number[]): Found;
}

function describe(fitted: Fitted): Fit {
  const { data, candidate, noise, steps, ways, unknowns, foundOf, solution } = fitted;
  const { model } = candidate;
  const found = foundOf(solution.parameters);
  const bounds = candidate.bounds?.(found) ?? [0, 1];
  const devices = differences(fitted);
  const residuals = steps.map((step, at) => step.by - solution.predictions[at] - devices.explained[at]);
  const read = readVariance(steps, residuals);
  const units = unitsOf(fitted, found, bounds).map((unit, at) => unit * devices.gains[at]);
  const free = steps.length - unknowns.length;
  const over = residuals.map((residual, at) => (residual / units[at]) ** 2);
  const variance = over.reduce((sum, value) => sum + value, 0) / free;
  const reading = 2 * read * moments(units.map((unit) => unit ** -2)).mean;
  const cycle = Math.sqrt(Math.max(variance - reading, 0));
  const logs = units.reduce((sum, unit) => sum + Math.log(unit), 0);
  const criterion =
    steps.length * (Math.log(2 * Math.PI * variance) + 1) + 2 * logs + (unknowns.length + 1) * Math.log(steps.length);
  const covariance = withDevices(fitted, devices, noise === 'relative' ? variance : varianceOf(residuals, free));
  const known = candidate.constants(found);
  const main = Object.entries(known).map(([name, value]) => {
    const isTold = ways.length === 2 || toldBy(name, ways[0]);
    const gradient = unknowns.map((_, at) => {
      const by = 1e-5;
      const there = candidate.constants(foundOf(solution.parameters.map((p, other) => (other === at ? p + by : p))));
      return (there[name] - value) / by;
    });
    const square = gradient.reduce(
      (sum, a, i) => sum + gradient.reduce((row, b, j) => row + (a === 0 || b === 0 ? 0 : a * b * covariance[i][j]), 0),
      0,
    );
    return estimate(name, value, isTold && Number.isFinite(square) && square >= 0 ? Math.sqrt(square) : null);
  });
  const repeated = data.cycles > 1;
  const spreads = spreadsOf(fitted, devices, data);
  const estimates = [...main, estimate('cycle', cycle, repeated ? cycle / Math.sqrt(2 * free) : null), ...spreads];
  const constants = {
    ...known,
    ...(noise === 'additive' && model !== 'exponential' && { additive: 1 }),
    ...Object.fromEntries([...spreads, { name: 'cycle', value: cycle }].map(({ name, value }) => [name, value])),
  };
  const residual = Math.sqrt(moments(residuals.map((value) => value ** 2)).mean);
  return {
    model,
    noise,
    constants,
    estimates,
    bounds,
    readNoise: read > 0 ? Math.sqrt(read) : null,
    residual,
    criterion,
  };
}

const varianceOf = (residuals: readonly number[], free: number): number =>
  residuals.reduce((sum, value) => sum + value ** 2, 0) / free;

/** Of steps up alone, nothing is known that names another way, nor how they differ. */
const toldBy = (name: string, way: Way): boolean =>
  !(way > 0 ? /[dD]own/ : /^(up|levelsUp|amountUp|gammaUp)/).test(name) && !/asymmetry|Tilt/.test(name);

/** Numbers that are near 0 are known where they are to 0.02. */
const estimate = (name: string, value: number, error: number | null): Estimate => ({
  name,
  value,
  error,
  determined:
    error !== null &&
    2.5 * error < Math.max(0.1 * Math.abs(value), 0.02 * Number(/asym|Tilt|label|up$|down$|^gamma/.test(name))),
});

/** What a deviation of `cycle` 1 would be of each step. */
function unitsOf({ candidate, noise, steps, solution }: Fitted, found: Found, [low, high]: readonly [number, number]) {
  if (noise === 'relative') return [...relativeWeights(solution.predictions)].map((weight) => 1 / Math.sqrt(weight));
  if (candidate.model === 'exponential') return steps.map(() => 1);
  const constants = candidate.constants(found);
  const { up, down } = deviceModels[candidate.model].step({ ...constants, asymmetry: constants.asymmetry ?? 0 });
  return steps.map(({ way }) => ((way > 0 ? up : down) * (high - low)) / 2);
}

interface Differences {
  /** By device and way: how far its number is from the mean device's, and the variance of that. */
  readonly of: Readonly<Record<Way, readonly { readonly value: number; readonly variance: number }[]>>;
  /** What that adds to each step. */
  readonly explained: readonly number[];
  /** How much larger each step is by it, where it is steps that differ. */
  readonly gains: readonly number[];
}

/** How each device differs from the mean one, to first order. */
function differences({ data, candidate, noise, steps, unknowns, solution }: Fitted): Differences {
  const weights = noise === 'relative' ? relativeWeights(solution.predictions) : new Float64Array(steps.length).fill(1);
  const slopeOf = (way: Way): Float64Array => {
    const own = unknowns.findIndex(({ name }) => name === candidate.own?.[way]);
    return own < 0 ? solution.predictions : solution.slopes[own];
  };
  const slopes = { 1: slopeOf(1), [-1]: slopeOf(-1) };
  const squares = steps.map(({ by }, at) => weights[at] * (by - solution.predictions[at]) ** 2);
  const scale = moments(squares).mean;
  const sums = new Map<string, { top: number; below: number }>();
  const key = ({ device, way }: Pick<Step, 'device' | 'way'>): string => `${device} ${way}`;
  steps.forEach((step, at) => {
    const sum = sums.get(key(step)) ?? { top: 0, below: 0 };
    const slope = slopes[step.way][at];
    sum.top += weights[at] * slope * (step.by - solution.predictions[at]);
    sum.below += weights[at] * slope ** 2;
    sums.set(key(step), sum);
  });
  const of = (way: Way) =>
    Array.from({ length: data.devices }, (_, device) => {
      const { top, below } = sums.get(key({ device, way })) ?? { top: 0, below: 0 };
      return below === 0 ? { value: 0, variance: 0 } : { value: top / below, variance: scale / below };
    });
  const both = { 1: of(1), [-1]: of(-1) };
  const several = data.devices > 1;
  const explained = steps.map(({ device, way }, at) => (several ? both[way][device].value * slopes[way][at] : 0));
  const isGain = several && candidate.own === undefined;
  const gains = steps.map(({ device, way }) => (isGain ? Math.max(1 + both[way][device].value, 0.1) : 1));
  return { of: both, explained, gains };
}

/** The covariance by noise, and what few devices add to it. */
function withDevices(
  { data, candidate, unknowns, solution }: Fitted,
  { of }: Differences,
  variance: number,
): number[][] {
  return solution.covariance.map((row, i) =>
    row.map((value, j) => {
      const { name } = unknowns[i];
      const way = name === (candidate.own?.[1] ?? 'up') ? 1 : name === (candidate.own?.[-1] ?? 'down') ? -1 : null;
      const between = way === null || i !== j ? 0 : spreadOf(of[way]) ** 2 / data.devices;
      return value * variance + between;
    }),
  );
}

/** The deviation of devices without what noise adds to it. */
function spreadOf(of: readonly { readonly value: number; readonly variance: number }[]): number {
  if (of.length < 2) return 0;
  const { deviation } = moments(of.map(({ value }) => value));
  return Math.sqrt(Math.max(deviation ** 2 - moments(of.map(({ variance }) => variance)).mean, 0));
}

/**
 * How devices differ. Steps were seen as shares of their device's range, and relative to the mean step of their way; a
 * profile has them in shares of the mean range, and adds one number to both ways.
 */
function spreadsOf(
  { candidate, foundOf, solution }: Fitted,
  { of }: Differences,
  { devices, ranges, seen }: Steps,
): Estimate[] {
  const spread = (name: string, value: number): Estimate =>
    estimate(name, value, devices > 1 ? value / Math.sqrt(2 * (devices - 1)) : null);
  if (candidate.own !== undefined) return [spread('spread', (spreadOf(of[1]) + spreadOf(of[-1])) / 2)];
  const width = moments(ranges.map(({ low, high }) => high - low)).mean / 2;
  const { asymmetry = 0 } = candidate.constants(foundOf(solution.parameters));
  const shares = { 1: 1 + Math.min(asymmetry, 0), [-1]: 1 - Math.max(asymmetry, 0) };
  const halves = (sign: 1 | -1) =>
    ranges.map(({ low, high }, device) => {
      const wide = (high - low) / (2 * width);
      const [up, down] = ([1, -1] as const).map((way) => {
        const { value, variance } = of[way][device];
        return { value: shares[way] * ((1 + value) * wide - 1), variance: (shares[way] * wide) ** 2 * variance };
      });
      return { value: (up.value + sign * down.value) / 2, variance: (up.variance + down.variance) / 4 };
    });
  const edge = (which: 'low' | 'high'): number =>
    seen[which] && devices > 1 ? moments(ranges.map((range) => range[which])).deviation / width : 0;
  return [
    spread('stepSpread', spreadOf(halves(1))),
    spread('asymmetrySpread', spreadOf(halves(-1))),
    ...(candidate.bounds === undefined ? [spread('highSpread', edge('high')), spread('lowSpread', edge('low'))] : []),
  ];
}

/** Of reading: an error of one reading is in the step before it and, turned, in the one behind it. */
function readVariance(steps: readonly Step[], residuals: readonly number[]): number {
  const products = steps.slice(1).flatMap((step, at) => {
    const before = steps[at];
    const follows = step.pulse === before.pulse + 1 && step.way === before.way && step.device === before.device;
    return follows ? [residuals[at] * residuals[at + 1]] : [];
  });
  if (products.length < 10) return 0;
  const { mean, deviation } = moments(products);
  return -mean > (3 * deviation) / Math.sqrt(products.length) ? -mean : 0;
}
