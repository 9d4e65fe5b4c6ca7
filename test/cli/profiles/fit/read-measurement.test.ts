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

/** A triangle of conductances, up and down, as cells of a table. */
const triangle = Array.from({ length: 24 }, (_, at) => (at < 12 ? at + 1 : 24 - at));

test("a 2600's buffer: a source that never changes is the read voltage, one that does is the pulse", () => {
  const buffer = (source: (at: number) => number): string =>
    ['Index,SourceValue,Reading,Timestamp', ...triangle.map((g, at) => `${at + 1},${source(at)},${g}e-10,${at}`)].join(
      '\n',
    );
  const { series, notes } = readMeasurement(buffer(() => 0.1));
  expect(series[0].readings.map(({ conductance }) => conductance * 1e9)).toEqual(
    triangle.map((g) => expect.closeTo(g, 9)),
  );
  expect(notes).toContain('conductance from Reading / SourceValue');
  const { steps, cycles } = stepsOf({ series, notes });
  expect(cycles).toBe(1);
  expect(steps.map(({ way }) => way)).toEqual([...new Array(11).fill(1), ...new Array(12).fill(-1)].slice(0, 23));
  const [pulsed] = of(
    buffer((at) => (at < 12 ? 2 : -2)),
    { readVoltage: 0.2 },
  );
  expect(pulsed.readings.slice(10, 14).map(({ way }) => way)).toEqual([1, 1, -1, -1]);
  expect(pulsed.readings[0].conductance).toBeCloseTo(5e-10, 15);
  expect(() =>
    of(
      buffer(() => 2),
      { readVoltage: 0.1 },
    ),
  ).toThrow(/^SourceValue is always 2 V, and the read voltage is 0.1 V: say --column pulseVoltage='SourceV/);
  const [up] = of(
    buffer(() => 2),
    { readVoltage: 0.1, columns: { pulseVoltage: 'SourceValue' } },
  );
  expect(up.readings.every(({ way }) => way === 1)).toBe(true);
});

test('a direction in a heading: potentiation beside depression is one cycle, pulses counted anew are the next', () => {
  const rows = [1, 2, 3].map((pulse) => `${pulse},${pulse},${4 - pulse}`);
  const lines = ['Pulse,Conductance_LTP (nS),Conductance_LTD (nS)', ...rows, ...rows];
  const series = of(lines.join('\n'));
  expect(series.map(({ cycle, readings }) => [cycle, readings[0].way, readings.length])).toEqual([
    [1, 1, 3],
    [1, -1, 3],
    [2, 1, 3],
    [2, -1, 3],
  ]);
  expect(series[1].readings[0].conductance).toBeCloseTo(3e-9, 18);
});

test.each([
  ['G up,G down', [1, -1]],
  ['Potentiation G (nS),Depression G (nS)', [1, -1]],
  ['G(SET),G(RESET)', [1, -1]],
  ['G_LTD_nS,G_LTP_nS', [-1, 1]],
  ['G_LTP(1),G_LTP(2)', [1, 1]],
])('%s', (header, ways) => {
  expect(of(`${header}\n1,2\n2,1`).map(({ readings }) => readings[0].way)).toEqual(ways);
});

test('repetitions have voltages, widths and directions of their own, or one for all', () => {
  const currents = 'I(1),V_read(1),I(2),V_read(2)\n1e-9,0.1,4e-9,0.2\n2e-9,0.1,8e-9,0.2';
  expect(conductances(currents)[1].map((g) => Number(g.toPrecision(9)))).toEqual([2e-8, 4e-8]);
  expect(conductances(currents.replaceAll('V_read', 'DrainV'), { columns: { readVoltage: 'DrainV' } })).toEqual(
    conductances(currents),
  );
  const runs = 'V_pulse(1),T_pulse(1) (us),G(1),V_pulse(2),T_pulse(2) (us),G(2)';
  const [set, reset] = of(`${runs.replaceAll(/(T_pulse)(\S+) \(us\)/g, '$1 (us)$2')}\n2,1,1,-3,5,2\n2,1,2,-3,5,1`);
  expect(set.readings[1]).toEqual({ conductance: 2, way: 1, pulse: { volts: 2, seconds: 1e-6 } });
  expect(reset.readings[1].way).toBe(-1);
  expect(reset.readings[1].pulse?.volts).toBe(-3);
  expect(reset.readings[1].pulse?.seconds).toBeCloseTo(5e-6, 15);
  const shared = of('Direction,G(1),G(2)\nup,1,2\ndown,2,1');
  expect(shared.map(({ readings }) => readings.map(({ way }) => way))).toEqual([
    [1, -1],
    [1, -1],
  ]);
});

test('readings that ran over are missing, and so are the pulses before and behind them', () => {
  const rows = triangle.map((g, at) => `${at < 12 ? 1 : -1},${at === 5 || at === 20 ? '9.91000E+37' : g}`);
  const measurement = readMeasurement(`Direction,G (nS)\n${rows.join('\n')}\n1,-9.9e37`);
  expect(measurement.notes).toContain('missing, as they ran over: 3, in lines 7, 22, 26');
  const longer = { ...measurement, series: [measurement.series[0], { ...measurement.series[0], cycle: 2 }] };
  const { steps, ranges } = stepsOf(longer);
  expect(steps).toHaveLength(2 * (24 - 5));
  expect(ranges[0]).toEqual({ low: 1e-9, high: expect.closeTo(12e-9, 18) });
  expect(steps.slice(3, 6).map(({ pulse }) => pulse)).toEqual([3, 6, 7]);
});

test.each([
  ['Current (A),V_read,I_read (A)\n1,1,1\n2,1,2', /^Current \(A\), I_read \(A\): each could be the current, wanted/],
  ['G,G_read\n1,2\n2,3', /^G, G_read: each could be the conductance, .* --column conductance=NAME/],
  ['Cycle,Loop,G\n1,1,1\n1,1,2', /^Cycle, Loop: each could be the cycle/],
  ['I(1),V_read(1),I(2)\n1,1,1\n2,1,2', /^I\(2\) has no readVoltage of its own, only V_read\(1\)/],
])('%j is refused, as it can be read in two ways', (text, message) => {
  expect(() => readMeasurement(text)).toThrow(DataError);
  expect(() => readMeasurement(text)).toThrow(message);
});

test('a column told for one that could be two', () => {
  const text = 'Cycle,V_pulse (V),Current (A),V_read (V),I_read (A)\n1,2,9,0.1,1\n1,2,9,0.1,2';
  expect(conductances(text, { columns: { current: 'I_read (A)' } })).toEqual([[10, 20]]);
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
