// CrossSim's lookup tables (version 2, which trains): by conductance, in columns, and cumulative probability, in rows,
// how far a pulse moves a device; one file of pulses up and one of pulses down.
//
// Written, a row is the step of the mean device at that quantile of its noise, as if no bound were near: who reads the
// tables keeps conductances between them. Read, the median of each column and its quantiles one deviation away become a
// measured table.

import { deviceModels } from '../../../runtime/simd/devices/index.ts';
import { NODES } from '../../../runtime/simd/devices/piecewise.ts';
import { DataError, quoted } from '../../../src/data/errors.ts';
import type { Profile } from '../../../src/index.ts';
import { expectProfile } from '../../../src/quantization/profiles/profile.ts';
import { moments, Specimen, type Way } from '../response.ts';
import { percent } from '../../table.ts';
import { asTable } from './as-steps.ts';
import { type Exchanged, type Format, holding } from './format.ts';

const COLUMNS = 8 * (NODES - 1) + 1;
const ROWS = 201;
const HEADER = '1st row: conductances; 2nd row: cumulative probabilities; then steps, a row for each probability';

interface Table {
  readonly conductances: readonly number[];
  readonly shares: readonly number[];
  /** (shares, conductances) */
  readonly steps: readonly (readonly number[])[];
}

export const crosssim: Format = {
  name: 'crosssim',
  about: 'dG_increasing.txt and dG_decreasing.txt, lookup tables of steps',
  reads: (files) => files.length === 2,
  write: toTables,
  read: fromTables,
};

function toTables(profile: Profile): Exchanged<Readonly<Record<string, string>>> {
  const { model, constants, arrangement, pulses, threshold, stuck, writeNoise, retention } = expectProfile(profile);
  const made = asTable(profile);
  const [low, high] = deviceModels[made.model].bounds(expectProfile(made).constants);
  const { conductance = { low: 0, high: 1 } } = profile;
  const unit = (conductance.high - conductance.low) / (high - low);
  const device = new Specimen(made);
  const states = Array.from({ length: COLUMNS }, (_, at) => device.low + (at / (COLUMNS - 1)) * (high - low));
  const conductances = states.map((state) => conductance.low + unit * (state - device.low));
  const text = (way: Way): string => {
    const means = states.map((state) => unit * device.step(state, way));
    const deviations = states.map((state, at) => unit * device.step(state, way, 1) - means[at]);
    const steps = shares.map(quantile).map((normal) => means.map((mean, at) => mean + normal * deviations[at]));
    return [HEADER, ...[conductances, shares, ...steps].map((row) => row.map(shown).join()), ''].join('\n');
  };
  return {
    made: { 'dG_increasing.txt': text(1), 'dG_decreasing.txt': text(-1) },
    lost: holding([
      [true, `${model}: what is read from the tables is steps at ${NODES} conductances, and lines between them`],
      [profile.conductance === undefined, 'conductance: the profile knows none, the tables are of shares of the range'],
      [deviceModels[model].draws(constants) > 0, 'how devices differ: the tables are of the mean device'],
      [arrangement === 'pair', 'arrangement: that devices stand in pairs'],
      [stuck > 0, 'stuck'],
      [writeNoise > 0, 'writeNoise'],
      [retention !== undefined, 'retention'],
      [profile.write !== undefined, 'write: voltage and width of pulses'],
      [pulses !== 'stochastic' || threshold > 0, 'pulses, threshold: there of updates, not of devices'],
    ]),
  };
}

function fromTables(name: string, texts: readonly string[]): Exchanged<Profile> {
  const [up, down] = texts.map(readTable).sort((a, b) => middleStep(b) - middleStep(a));
  for (const key of ['conductances', 'shares'] as const) {
    if (up[key].join() === down[key].join()) continue;
    throw new DataError(`the tables have other ${key}, wanted those of one device`);
  }
  const { conductances } = up;
  const [low, high] = [conductances[0], conductances[conductances.length - 1]];
  const ways = [up, down].map((table) => Array.from({ length: NODES }, (_, node) => nodeOf(table, node)));
  const unit = 2 / (high - low);
  const step = moments(ways.flat().map(({ size }) => Math.abs(size))).mean;
  const noise = noiseOf(ways.flatMap((nodes) => nodes.slice(1, -1)));
  const nodes = ways.flatMap((all, way) =>
    all.map(({ size }, node) => [`${['up', 'down'][way]}${node}`, ((way === 0 ? 1 : -1) * size) / step] as const),
  );
  const made: Profile = {
    name,
    title: `${name}, a lookup table`,
    source: 'Imported from a lookup table of CrossSim',
    model: 'piecewise',
    constants: {
      step: step * unit,
      cycle: noise.additive ? noise.cycle / step : noise.cycle,
      ...(noise.additive && { additive: 1 }),
      ...Object.fromEntries(nodes),
    },
    ...(low > 0 && { conductance: { high, low } }),
  };
  expectProfile(made);
  const skew = Math.max(...ways.flatMap((all) => all.slice(1, -1).map((node) => node.skew)));
  const kind = noise.additive ? 'alike for all steps' : 'a share of the step';
  return {
    made,
    lost: holding([
      [conductances.length !== NODES, `${conductances.length} conductances: ${NODES} of them are nodes`],
      [noise.off > 0.1, `noise is taken as ${kind}, which is ${percent(noise.off, 0)} off where it is most`],
      [skew > 0.1, `noise is taken as normal: its mean is ${percent(skew, 0)} of a deviation from the median`],
      [low <= 0, 'conductance: the lowest is not above 0'],
    ]),
  };
}

/** @throws DataError for what is no table, with its line. */
function readTable(text: string): Table {
  const lines = text.split(/\r?\n/).slice(1);
  const rows = lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    const row = line.split(',').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
    if (row.every(Number.isFinite)) return [row];
    throw new DataError(`line ${at + 2} is ${quoted(line)}, wanted numbers parted by commas`);
  });
  const [conductances = [], cumulative = [], ...steps] = rows;
  const rises = (row: readonly number[]): boolean => row.every((value, at) => at === 0 || value > row[at - 1]);
  if (conductances.length < 2 || cumulative.length < 3 || !rises(conductances) || !rises(cumulative)) {
    throw new DataError(`a lookup table begins with ${quoted(text)}, wanted a header and two rows that rise`);
  }
  const isWhole = steps.length === cumulative.length && steps.every(({ length }) => length === conductances.length);
  if (isWhole) return { conductances, shares: cumulative, steps };
  throw new DataError(
    `a lookup table has ${steps.length} rows of steps, wanted ${cumulative.length} of ${conductances.length}`,
  );
}

/** What lies at `x` on lines through points. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const found = xs.findIndex((after) => after >= x);
  const after = Math.max(1, found < 0 ? xs.length - 1 : found);
  const share = (x - xs[after - 1]) / (xs[after] - xs[after - 1]);
  return ys[after - 1] + share * (ys[after] - ys[after - 1]);
}

const middleStep = ({ steps }: Table): number => moments(steps[steps.length >> 1]).mean;

interface Node {
  /** The median step, signed, in siemens. */
  readonly size: number;
  readonly deviation: number;
  /** How far its mean is from its median, in deviations. */
  readonly skew: number;
}

/** At an even share of the range; the column's quantiles are those on lines between its neighbours. */
function nodeOf({ conductances, shares: cumulative, steps }: Table, node: number): Node {
  const [low, high] = [conductances[0], conductances[conductances.length - 1]];
  const at = low + (node / (NODES - 1)) * (high - low);
  const column = steps.map((row) => between(conductances, row, at));
  const [below, size, above] = [-1, 0, 1].map((normal) => between(cumulative, column, normalShare(normal)));
  const deviation = (above - below) / 2;
  const noise = column.slice(1).map((value, row) => (value + column[row]) / 2 - size);
  const mean = noise.reduce((sum, by, row) => sum + by * (cumulative[row + 1] - cumulative[row]), 0);
  return { size, deviation, skew: deviation > 0 ? Math.abs(mean) / deviation : 0 };
}

/** The noise of all steps alike or as a share of each, whichever is nearer, and how far off it is at most. */
function noiseOf(nodes: readonly Node[]): { additive: boolean; cycle: number; off: number } {
  const [alike, shared] = [false, true].map((isShare) => {
    const values = nodes.map(({ size, deviation }) => (isShare ? deviation / Math.abs(size) : deviation));
    const cycle = [...values].sort((a, b) => a - b)[values.length >> 1];
    const off = cycle === 0 ? 0 : Math.max(...values.map((value) => Math.abs(value / cycle - 1)));
    return { additive: !isShare, cycle, off };
  });
  return alike.off < shared.off ? alike : shared;
}

const shown = (value: number): string => String(Number(value.toPrecision(10)));

const shares = Array.from({ length: ROWS }, (_, row) => row / (ROWS - 1));

/** Of N(0, 1), by bisection; at the ends of a table, that of a quarter of a row. */
function quantile(share: number): number {
  const end = 0.25 / (ROWS - 1);
  const wanted = Math.min(Math.max(share, end), 1 - end);
  let [low, high] = [-5, 5];
  for (let turn = 0; turn < 50; turn++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** What of N(0, 1) lies below z, by the series 1/2 + e^(-z^2 / 2) (z + z^3 / 3 + z^5 / 15 + ...) / sqrt(2 pi). */
function normalShare(z: number): number {
  let [term, sum] = [z, z];
  for (let n = 3; n < 150; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + (Math.exp((-z * z) / 2) * sum) / Math.sqrt(2 * Math.PI);
}
