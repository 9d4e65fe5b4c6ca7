// Files as instruments write them: what is above the table, separators, decimal commas, units, currents, repetitions.

import { expect, test } from 'vitest';
import { DataError } from '../../../../src/data/errors.ts';
import { readMeasurement } from '../../../../cli/profiles/fit/read-measurement.ts';
import { stepsOf } from '../../../../cli/profiles/fit/steps.ts';

const of = (text: string, options = {}) => readMeasurement(text, options).series;
const conductances = (text: string, options = {}) =>
  of(text, options).map(({ readings }) => readings.map((r) => r.conductance));

test('a 2600: lines of its own, semicolons, decimal commas, a current and its read voltage above', () => {
  const text = [
    'Keithley Instruments;2636B;SN 1234',
    'Read voltage;0,1 V',
    'Pulse width;300 us',
    '',
    'Pulse;V_pulse (V);Current (nA)',
    '0;0;0,5',
    '1;3,2;1,0',
    '2;3,2;1,5',
    '3;-2,8;0,5',
  ].join('\r\n');
  const [{ readings }] = of(text);
  [5e-9, 10e-9, 15e-9, 5e-9].forEach((wanted, at) => expect(readings[at].conductance).toBeCloseTo(wanted, 15));
  expect(readings.map(({ way }) => way)).toEqual([0, 1, 1, -1]);
  expect(readings.map(({ pulse }) => pulse?.volts)).toEqual([undefined, 3.2, 3.2, -2.8]);
  expect(readings[1].pulse?.seconds).toBeCloseTo(3e-4, 15);
  expect(conductances(text, { readVoltage: 0.2 })[0][0]).toBeCloseTo(2.5e-9, 15);
});

test('a 4200: repetitions beside each other are cycles', () => {
  const text = 'G(1)\tG(2)\n1e-9\t2e-9\n2e-9\t4e-9\n3e-9\t6e-9';
  expect(conductances(text)).toEqual([
    [1e-9, 2e-9, 3e-9],
    [2e-9, 4e-9, 6e-9],
  ]);
  expect(of(text).map(({ cycle }) => cycle)).toEqual([1, 2]);
});

test.each([
  ['G (nS)', 3, 3e-9],
  ['Conductance [uS]', 3, 3e-6],
  ['G_mS', 3, 3e-3],
  ['Resistance (kOhm)', 2, 5e-4],
])('%s', (name, value, wanted) => {
  expect(conductances(`Pulse,${name}\n1,${value}\n2,${value}\n3,${value}`)[0][0]).toBeCloseTo(wanted, 12);
});

test('devices and cycles by columns, repeated headers, words for directions', () => {
  const block = 'Device,Cycle,Direction,G (nS)\nA,1,LTP,1\nA,1,LTP,2\nB,1,LTP,1\nB,1,LTD,0.5';
  const series = of(`${block}\n${block.replaceAll(',1,', ',2,')}`);
  expect(series.map(({ device, cycle }) => [device, cycle])).toEqual([
    ['A', 1],
    ['B', 1],
    ['A', 2],
    ['B', 2],
  ]);
  expect(series[1].readings.map(({ way }) => way)).toEqual([1, -1]);
});

test('pulses of one energy each way, by columns in units of their own; without a width there are none', () => {
  const rows = Array.from({ length: 24 }, (_, at) => {
    const place = at % 12;
    return place < 6 ? `2000,50,${place}` : `-3000,50,${11 - place}`;
  });
  const { write } = stepsOf(readMeasurement(`V_pulse (mV),Pulse width (ns),G (nS)\n${rows.join('\n')}`));
  expect(write).toEqual({ up: { volts: 2, seconds: 5e-8 }, down: { volts: 3, seconds: 5e-8 } });
  const bare = rows.map((row) => row.replace(',50,', ','));
  expect(stepsOf(readMeasurement(`V_pulse (mV),G (nS)\n${bare.join('\n')}`)).write).toBeUndefined();
});

test('where no direction is told, it turns where the conductance does; a device that does not move is stuck', () => {
  const rise = Array.from({ length: 21 }, (_, at) => at);
  const triangle = [...rise, ...[...rise].reverse().slice(1), ...rise.slice(1), ...[...rise].reverse().slice(1)];
  const rows = ['a', 'b', 'c'].flatMap((device) => triangle.map((g) => `${device},${device === 'c' ? 5 : g + 1}`));
  const { steps, notes, stuck, cycles } = stepsOf(readMeasurement(`device,G (nS)\n${rows.join('\n')}`));
  expect(stuck).toBeCloseTo(1 / 3, 9);
  expect(cycles).toBe(2);
  expect(steps).toHaveLength(160);
  expect(steps.every(({ way, by }) => Math.sign(by) === way)).toBe(true);
  expect(notes.join()).toContain('does not say which pulses are up');
});

test('pulses of a negative voltage may potentiate', () => {
  const rows = Array.from({ length: 60 }, (_, at) => [at % 60 < 30 ? -2 : 2, at < 30 ? at + 1 : 60 - at]);
  const { steps, notes } = stepsOf(readMeasurement(`Vpulse,G (nS)\n${rows.map((row) => row.join(',')).join('\n')}`));
  expect(steps.every(({ way, by }) => Math.sign(by) === way || by === 0)).toBe(true);
  expect(notes.join()).toContain('lower the conductance');
});

test.each([
  ['Time,Volts\n1,2\n2,3', /no row of column names with conductance/],
  ['Pulse,Current (A)\n1,2\n2,3', /is a current: wanted a read voltage/],
  ['Pulse,G (S)\n1,2\n2,x', /line 3: G \(S\) is 'x', wanted a finite number/],
  ['2600\r\n\r\nPulse,G (S)\r\n1,2\r\n2,x', /line 5: G \(S\) is 'x', wanted a finite number/],
  ['Vread,I (A)\n1,2\n-1,2', /I \(A\) \/ Vread: it goes from -2 to 2 S, wanted finite and not below 0/],
  ['Pulse,R\n1,0\n2,5', /1 \/ R: it goes from 0 to Infinity S, wanted finite/],
  ['Direction,G (S)\nup,1\nsideways,2', /line 3: the direction is 'sideways', wanted up or down/],
])('%j is refused', (text, message) => {
  expect(() => readMeasurement(text)).toThrow(DataError);
  expect(() => readMeasurement(text)).toThrow(message);
});

test('what a column holds can be told', () => {
  const text = 'x,y\n1,3\n2,4';
  expect(conductances(text, { columns: { conductance: 'y' } })).toEqual([[3, 4]]);
  expect(() => stepsOf(readMeasurement(text, { columns: { conductance: 'y' } }))).toThrow(/there are 1 pulses/);
});
