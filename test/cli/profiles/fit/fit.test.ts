// Fits of files that this test writes from every model: five cycles, eight devices, 3 % of noise from cycle to cycle.
// Each number is back within a tenth, or said to be not known; and what a file does not hold is said.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { candidates } from '../../../../cli/profiles/fit/candidates.ts';
import { type Fit, fitCandidate } from '../../../../cli/profiles/fit/fit.ts';
import { fitAll } from '../../../../cli/profiles/fit/report.ts';
import { readMeasurement } from '../../../../cli/profiles/fit/read-measurement.ts';
import { stepsOf, type Steps } from '../../../../cli/profiles/fit/steps.ts';
import { chart } from '../../../../cli/chart.ts';
import { chooseRun } from '../../../../cli/choose-run.ts';
import type { Profile } from '../../../../src/index.ts';
import { succeeded as onward } from '../../in-process.ts';
import { plainFile, profileOf, usual } from './measured.ts';

const measure = (profile: Profile, pulsing = usual): Steps => stepsOf(readMeasurement(plainFile(profile, pulsing)));

/** The better of a model's noises. */
function fitOf(steps: Steps, model: Fit['model']): Fit {
  const candidate = candidates.find((known) => known.model === model)!;
  const fits = candidate.noises.map((noise) => fitCandidate(steps, candidate, noise));
  return fits.reduce((best, other) => (other.criterion < best.criterion ? other : best));
}

test.each(candidates.map(({ model }) => model))('%s: every number is back within a tenth, or not known', (model) => {
  const profile = profileOf(model);
  const { estimates } = fitOf(measure(profile), model);
  const known = estimates.filter(({ determined }) => determined);
  for (const { name, value } of known) {
    const wanted = profile.constants[name] ?? 0;
    expect(Math.abs(value - wanted), `${name}: ${value}`).toBeLessThan(Math.max(0.1 * Math.abs(wanted), 0.03));
  }
  const names = known.map(({ name }) => name);
  expect(names).toContain('cycle');
  if (model !== 'exponential') expect(names).toContain(model === 'piecewise' ? 'up4' : 'step');
});

test('labels and levels are known where noise is less: 0.5 % of the range', () => {
  const profile = profileOf('exponential', { cycle: 0.005 });
  const { estimates } = fitOf(measure(profile), 'exponential');
  for (const { name, value, determined } of estimates.filter((estimate) => estimate.name !== 'spread')) {
    expect(determined, name).toBe(true);
    expect(Math.abs(value / profile.constants[name] - 1), name).toBeLessThan(0.1);
  }
});

test('devices that differ are told from noise, in steps and in bounds', () => {
  const spread = { stepSpread: 0.2, highSpread: 0.1, lowSpread: 0.1 };
  const pulsing = { ...usual, devices: 40, cycles: 2, pulses: 300 };
  const constantStep = candidates.find(({ model }) => model === 'constantStep')!;
  const of = (spreads: typeof spread) => {
    const { estimates } = fitCandidate(measure(profileOf('constantStep', spreads), pulsing), constantStep, 'relative');
    return (name: string): number => estimates.find((estimate) => estimate.name === name)!.value;
  };
  // forty devices tell a spread to 11 %, and these have 0.22, 0.10 and 0.11
  const [both, bounds] = [of(spread), of({ ...spread, stepSpread: 0 })];
  expect(both('cycle')).toBeCloseTo(0.03, 2);
  expect(Math.abs(both('stepSpread') - 0.22)).toBeLessThan(0.02);
  expect(Math.abs(both('highSpread') - 0.1)).toBeLessThan(0.02);
  expect(Math.abs(both('lowSpread') - 0.11)).toBeLessThan(0.02);
  // steps all alike are no shares alike of ranges that differ
  expect(bounds('stepSpread')).toBeLessThan(0.02);
  for (const device of [both, bounds]) expect(device('asymmetrySpread')).toBeLessThan(0.02);
});

describe('what is not there is not known', () => {
  const undetermined = ({ estimates }: Fit): string[] =>
    estimates.filter(({ error }) => error === null).map(({ name }) => name);

  test('one device, one cycle', () => {
    const fit = fitOf(measure(profileOf('linearStep'), { ...usual, devices: 1, cycles: 1 }), 'linearStep');
    expect(undetermined(fit)).toEqual(expect.arrayContaining(['cycle', 'stepSpread']));
  });

  test('no depression', () => {
    const text = plainFile(profileOf('linearStep'));
    const up = text.split('\n').filter((line) => !line.includes(',-1,'));
    const fit = fitOf(stepsOf(readMeasurement(up.join('\n'))), 'linearStep');
    expect(undetermined(fit)).toEqual(expect.arrayContaining(['asymmetry', 'gammaDown']));
    expect(fit.constants.gammaUp).toBeCloseTo(0.4, 1);
  });
});

test('200,000 readings, of which no list is too long', () => {
  const up = Array.from({ length: 200_000 }, (_, at) => ({ conductance: 1 + at, way: undefined, pulse: undefined }));
  const { steps, ranges } = stepsOf({ series: [{ device: '1', cycle: undefined, readings: up }], notes: [] });
  expect(steps).toHaveLength(199_999);
  expect(ranges).toEqual([{ low: 1, high: 200_000 }]);
  const y = up.map(({ conductance }) => conductance);
  const drawn = chart('long', 'conductance', [{ label: 'pulses', curves: [{ name: 'up', x: y, y }] }]);
  expect(drawn.includes('>200k<')).toBe(true);
});

test('an abrupt device: what cannot be fitted is said not to fit, and all others are finite', () => {
  const cycle = [0, 0.01, 0.9, 0.99, 1, 0.7, 0.3, 0.05, 0];
  const readings = cycle.map((g, at) => ({ g, way: at === 0 ? 0 : at < 5 ? 1 : -1 }));
  const rows = Array.from({ length: 6 }, (_, number) =>
    readings.map(({ g, way }, at) => `${number},${way},${2 + 27 * g + 0.3 * Math.sin(9 * number + at)}`),
  );
  const { fits, unfit, chosen } = fitAll(stepsOf(readMeasurement(`Cycle,Direction,G (nS)\n${rows.flat().join('\n')}`)));
  expect(unfit).toContain('piecewise');
  expect(fits.length + unfit.length).toBe(candidates.length);
  for (const { constants, criterion, curve } of fits)
    expect([...Object.values(constants), criterion, curve].every(Number.isFinite)).toBe(true);
  expect(chosen).toBe(fits.find(({ model }) => model === chosen.model));
});

test('what is wrong with data that nothing fits is said', () => {
  const of = (rows: readonly (readonly number[])[]) =>
    fitAll(stepsOf(readMeasurement(`Direction,G (nS)\n${rows.map((row) => row.join()).join('\n')}`)));
  const flat = Array.from({ length: 40 }, (_, at) => [at % 2, 5]);
  const square = flat.map(([at]) => [2 * at - 1, 1 + 8 * at]);
  expect(() => of(square)).toThrow(/^no device model fits these 39 pulses: a mean one goes over 100 % of the range/);
  expect(() => of(flat)).toThrow('the conductance does not change: all readings of a device are one');
});

test('onward profiles fit: the model is found, and --storage takes the profile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-fit-'));
  const [file, out, svg] = ['device.csv', 'mine.json', 'fit.svg'].map((name) => join(folder, name));
  writeFileSync(file, plainFile(profileOf('powStep'), { ...usual, devices: 3, cycles: 2 }));
  const said = JSON.parse(await onward('profiles', 'fit', file, '--out', out, '--svg', svg, '--json'));
  expect(said).toMatchObject({ model: 'powStep', alike: [], devices: 3, cycles: 2, stuck: 0 });
  expect(said.unknown.join()).toContain('3 devices');
  expect(said.fits).toHaveLength(candidates.length);
  expect(said.profile.conductance.high).toBeCloseTo(30e-9, 9);
  expect(readFileSync(svg, 'utf8')).toContain('measured up');
  expect(chooseRun({ storage: out }).storage.name).toContain('mine');
});
