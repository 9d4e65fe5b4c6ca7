// Steps that a measurement shows: where each began, how far it went and which way, in shares of its device's range.

import { DataError } from '../../../src/data/errors.ts';
import type { Profile, WritePulse } from '../../../src/index.ts';
import { extent } from '../../extent.ts';
import { moments, type Way } from '../response.ts';
import type { Measurement, Reading, Series } from './read-measurement.ts';

/** One pulse, from a state to another, of a device's range from 0 to 1. */
export interface Step {
  readonly device: number;
  readonly cycle: number;
  readonly way: Way;
  /** Pulses of its way that were before it. */
  readonly pulse: number;
  readonly from: number;
  readonly by: number;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly devices: number;
  readonly cycles: number;
  /** Of each device, in siemens. */
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
  /** Whether steps vanish at the bounds that were seen. */
  readonly seen: { readonly low: boolean; readonly high: boolean };
  /** The share of devices that do not move. */
  readonly stuck: number;
  /** The mean pulse each way, where the file tells pulses: as much energy as they have together. */
  readonly write: Profile['write'];
  readonly notes: readonly string[];
}

/** A device that moves over less than this share of what others do is stuck. */
const STUCK = 0.05;
/** Where a series turns: a change of this share of its range against its way. */
const TURN = 0.4;
const FEWEST = 20;

interface Train {
  readonly cycle: number;
  readonly ways: readonly (-1 | 0 | 1)[];
  readonly values: readonly number[];
}

/** @throws DataError for fewer steps than tell anything. */
export function stepsOf({ series }: Measurement): Steps {
  const notes: string[] = [];
  const names = [...new Set(series.map(({ device }) => device))];
  const trains = names.map((name) => trainsOf(series.filter(({ device }) => device === name)));
  const turned = trains.flat().reduce((sum, { ways, values }) => {
    const change = values.slice(1).map((value, at) => (value - values[at]) * ways[at + 1]);
    return sum + change.reduce((total, by) => total + (by || 0), 0);
  }, 0);
  if (turned < 0) notes.push('pulses called up lower the conductance: they are taken as down');
  if (series.some(({ readings }) => readings.some(({ way }) => way === undefined))) {
    notes.push('the file does not say which pulses are up: taken from where the conductance turns');
  }
  const ranges = trains.map(rangeOf);
  const widths = ranges.map(({ low, high }) => high - low).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)];
  if (usual === 0) throw new DataError('the conductance does not change: all readings of a device are one');
  const moving = ranges.map(({ low, high }) => high - low > STUCK * usual);
  const sign = turned < 0 ? -1 : 1;
  const kept = trains.filter((_, device) => moving[device]);
  const keptRanges = ranges.filter((_, device) => moving[device]);
  const steps = kept.flatMap((of, device) =>
    of.flatMap((train) => stepsOfTrain(train, device, keptRanges[device], sign)),
  );
  if (steps.length < FEWEST)
    throw new DataError(`there are ${steps.length} pulses with a reading before and behind, wanted ${FEWEST}`);
  return {
    steps,
    devices: kept.length,
    cycles: cyclesOf(steps),
    ranges: keptRanges,
    seen: { high: vanishes(steps, 1), low: vanishes(steps, -1) },
    stuck: 1 - kept.length / trains.length,
    write: writeOf(series, sign),
    notes,
  };
}

/** The most that a device has of one way: up may be one cycle of a file, and down the next. */
function cyclesOf(steps: readonly Step[]): number {
  const seen = new Map<string, Set<number>>();
  for (const { device, way, cycle } of steps) {
    const key = `${device} ${way}`;
    seen.set(key, (seen.get(key) ?? new Set()).add(cycle));
  }
  return extent([...seen.values()].map(({ size }) => size)).most;
}

function writeOf(series: readonly Series[], sign: number): Steps['write'] {
  const readings = series.flatMap((each) => each.readings);
  const [up, down] = [sign, -sign].map((wanted): WritePulse | undefined => {
    const pulses = readings.flatMap(({ way, pulse }) => (way === wanted && pulse !== undefined ? [pulse] : []));
    if (pulses.length === 0) return undefined;
    const seconds = moments(pulses.map((pulse) => pulse.seconds)).mean;
    const energy = moments(pulses.map((pulse) => pulse.volts ** 2 * pulse.seconds)).mean;
    return { volts: Number(Math.sqrt(energy / seconds).toPrecision(6)), seconds: Number(seconds.toPrecision(6)) };
  });
  return up && down && { up, down };
}

/** The series of a device, each with its cycle; where none is told, one begins where down turns to up. */
function trainsOf(of: readonly Series[]): Train[] {
  let cycle = 0;
  return of.flatMap(({ cycle: told, readings }) => {
    const ways = waysOf(readings);
    const values = readings.map(({ conductance }) => conductance);
    if (told !== undefined) return [{ cycle: told, ways, values }];
    const starts = ways.flatMap((way, at) => (at > 1 && way === 1 && lastWay(ways, at) === -1 ? [at] : []));
    const edges = [1, ...starts, ways.length];
    return edges.slice(1).map((end, at) => {
      cycle++;
      const from = edges[at] - 1;
      return { cycle, ways: ways.slice(from, end), values: values.slice(from, end) };
    });
  });
}

function lastWay(ways: readonly number[], before: number): number {
  for (let at = before - 1; at > 0; at--) if (ways[at] !== 0) return ways[at];
  return 0;
}

/** Told, or by where the conductance turns. */
function waysOf(readings: readonly Reading[]): (-1 | 0 | 1)[] {
  const told = readings.map(({ way }) => way);
  if (told.every((way) => way !== undefined)) return told as (-1 | 0 | 1)[];
  const values = readings.map(({ conductance }) => conductance);
  const { least, most: highest } = extent(values);
  const most = TURN * (highest - least);
  const ways = new Array<-1 | 0 | 1>(values.length).fill(0);
  const first = values.find((value) => !Number.isNaN(value)) ?? 0;
  let [from, extreme, way] = [0, 0, 0 as -1 | 0 | 1];
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    if (way === 0) {
      if (Math.abs(value - first) < most && at < values.length - 1) return;
      way = value > first ? 1 : -1;
      extreme = at;
    } else if (way * (value - values[extreme]) > 0) extreme = at;
    else if (way * (values[extreme] - value) > most) {
      ways.fill(way, from + 1, extreme + 1);
      [from, way, extreme] = [extreme, -way as -1 | 1, at];
    }
  });
  return ways.fill(way, from + 1);
}

/** From the median of the cycles' lowest to that of their highest: one bad reading moves neither. */
function rangeOf(trains: readonly Train[]): { low: number; high: number } {
  const bounds = trains.map(({ values }) => extent(values)).filter(({ most }) => most > -Infinity);
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return { low: median(bounds.map(({ least }) => least)), high: median(bounds.map(({ most }) => most)) };
}

function stepsOfTrain(
  { cycle, ways, values }: Train,
  device: number,
  range: { low: number; high: number },
  sign: number,
) {
  const share = (value: number): number => (value - range.low) / (range.high - range.low);
  const pulses = { 1: 0, [-1]: 0 };
  return ways.slice(1).flatMap((told, at): Step[] => {
    if (told === 0) return [];
    const way = (sign * told) as Way;
    const [from, to] = [share(values[at]), share(values[at + 1])];
    const pulse = pulses[way]++;
    return Number.isNaN(to - from) ? [] : [{ device, cycle, way, pulse, from, by: to - from }];
  });
}

/** Whether the mean step near the bound that it goes to is less than a third of the mean step of its way. */
function vanishes(steps: readonly Step[], way: Way): boolean {
  const mean = (of: readonly Step[]): number => of.reduce((sum, { by }) => sum + by * way, 0) / of.length;
  const own = steps.filter((step) => step.way === way);
  const near = own.filter(({ from }) => (way > 0 ? from > 0.98 : from < 0.02));
  return near.length >= 3 && mean(near) < mean(own) / 3;
}
