// `onward profiles`: what it lists and draws, and what it says of a word that means nothing.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseRun } from '../../cli/choose-run.ts';
import { imperfectionsOf } from '../../cli/profiles/imperfections.ts';
import { curvesOf, respond } from '../../cli/profiles/response.ts';
import { profiles, type Profile } from '../../src/index.ts';
import { onward as ended } from './in-process.ts';
import { succeeded as onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-profiles-'));
const inFolder = (name: string): string => join(folder, name);

test('every profile is listed, with its source and what it does not do', async () => {
  const rows = JSON.parse(await onward('profiles', '--json'));
  expect(rows.map(({ name }: Profile) => name)).toEqual(Object.keys(profiles));
  for (const row of rows) {
    expect(row).toMatchObject({ title: expect.any(String), source: expect.any(String), model: expect.any(String) });
    expect(row.imperfections.states).toBeGreaterThan(1);
  }
  const text = await onward('profiles');
  for (const name of Object.keys(profiles)) expect(text).toContain(name);
});

test('imperfections are those of the constants', () => {
  const of = (name: string) => imperfectionsOf(profiles[name]);
  expect(of('ideal-device')).toMatchObject({ cycle: 0, device: 0, onOff: null });
  expect(of('ideal-device').nonlinearity).toBeCloseTo(0, 9);
  expect(of('ideal-device').asymmetry).toBeCloseTo(0, 9);
  expect(of('ag-a-si').states).toBe(97);
  expect(of('ag-a-si').nonlinearity).toBeGreaterThan(0.8);
  expect(of('ag-a-si').onOff).toBeCloseTo(12.5, 1);
  expect(of('gokmen-vlasov').cycle).toBeCloseTo(0.3, 6);
  expect(of('gokmen-vlasov').device).toBeCloseTo(0.3, 1);
  expect(of('pcm').asymmetry).toBeNull();
});

test('curves: mean of devices and cycles, with the spread of each', () => {
  const profile: Profile = {
    name: 'steps',
    title: 'steps',
    source: 'this test',
    model: 'constantStep',
    constants: { step: 0.01, cycle: 0.3, stepSpread: 0.1 },
  };
  const curves = curvesOf(respond(profile, { devices: 200, cycles: 5, pulses: 100, seed: 1 }));
  const [up, down] = curves;
  expect([up.way, down.way]).toEqual([1, -1]);
  // 100 steps of 0.01 from -1, or a little above: 0, give or take 0.03 a cycle and 0.1 a device
  expect(Math.abs(up.mean[100])).toBeLessThan(0.05);
  expect(up.device[100]).toBeGreaterThan(0.08);
  expect(up.device[100]).toBeLessThan(0.12);
  expect(curvesOf(respond(profile, { devices: 200, cycles: 5, pulses: 100, seed: 1 }))).toEqual(curves);
  expect(
    curvesOf(respond({ ...profile, arrangement: 'pair' }, { devices: 2, cycles: 1, pulses: 9, seed: 1 })).length,
  ).toBe(1);
});

test('show draws curves, and gives them as data, in siemens where they are known', async () => {
  const svg = inFolder('curves.svg');
  const shown = JSON.parse(await onward('profiles', 'show', 'ag-a-si', '--devices', '3', '--svg', svg, '--json'));
  expect(shown.curves).toHaveLength(2);
  expect(shown.conductances[0][0]).toBeGreaterThanOrEqual(3.07692e-9);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(await onward('profiles', 'show', 'lim-2017')).toContain('0 up');
});

test.each([
  [['profiles', 'shew'], "there is no command 'shew'"],
  [['profiles', 'show'], 'wanted a profile'],
  [['profiles', 'show', 'ag'], "<profile> is 'ag', wanted ag-a-si"],
  [['profiles', 'show', 'nowhere.json'], "<profile> 'nowhere.json' cannot be read"],
])('%j is refused', async (args, message) => {
  const { code, err } = await ended(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('--storage takes a file of a profile; one that is broken is one clear error', () => {
  const file = inFolder('device.json');
  const store = (text: string): string => {
    writeFileSync(file, text);
    return chooseRun({ storage: file }).storage.name;
  };
  expect(store(JSON.stringify(profiles.epiram))).toContain('epiram');
  expect(() => store('{')).toThrow(/^--storage '.*device.json' is no JSON/);
  expect(() => store('[]')).toThrow(/is no profile: the options of a profile are/);
  expect(() => store('{"name":"x","model":"none"}')).toThrow(/is no profile: .*model is 'none', wanted one of/);
  expect(() => store('{"name":"x","model":"constantStep","constants":{}}')).toThrow(/no constant 'step'/);
});
