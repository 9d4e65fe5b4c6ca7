// Devices without one of their flaws, and `onward profiles ablate`, which trains each beside the device and floats.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Flaw, flawsOf, without } from '../../../cli/profiles/idealise.ts';
import { type Imperfections, imperfectionsOf } from '../../../cli/profiles/imperfections.ts';
import { Specimen, statesOf } from '../../../cli/profiles/response.ts';
import { type Profile, profiles } from '../../../src/index.ts';
import { onward } from '../in-process.ts';
import { expectProfile } from '../../../src/quantization/profiles/profile.ts';
import { profileOf } from './fit/measured.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-ablate-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a device without one of its flaws', () => {
  const { pcmo, ecram } = profiles;
  test.each([
    ['ag-a-si', ['nonlinearity', 'asymmetry', 'noise', 'states']],
    ['ecram', ['nonlinearity', 'asymmetry', 'noise', 'states', 'variation']],
    ['ideal-device', []],
    ['lim-2017', ['nonlinearity', 'states']],
    ['gokmen-vlasov', ['noise', 'variation']],
  ])('%s has %j', (name, has) => expect(flawsOf(profiles[name])).toEqual(has));

  test.each(Object.values(profiles).map((profile) => [profile.name, profile] as const))(
    '%s is a device without each of them',
    (_, profile) => {
      for (const flaw of flawsOf(profile)) {
        const { name, ...ideal } = expectProfile(JSON.parse(JSON.stringify(without(flaw, profile))));
        expect(name).toBe(`${profile.name}-without-${flaw}`);
        expect(Object.values(ideal.constants).every(Number.isFinite)).toBe(true);
      }
    },
  );

  test.each(flawsOf(ecram))('is the same but for %s', (flaw) => {
    for (const device of [ecram, { ...pcmo, constants: { ...pcmo.constants, spread: 0.1 } }, profileOf('linearStep')]) {
      const flaws = flawsOf(device);
      // what makes steps differ up and down may be that they bend
      const gone = flaw === 'nonlinearity' ? [flaw, 'asymmetry'] : [flaw];
      const left = flawsOf(without(flaw, device));
      expect(left).not.toContain(flaw);
      expect(left).toEqual(
        expect.arrayContaining(flaws.filter((each) => !gone.includes(each) && each !== 'variation')),
      );
    }
  });

  // straight steps differ less up and down too, and the mean of both is straighter
  const together: Partial<Record<Flaw, string[]>> = {
    nonlinearity: ['asymmetry', 'device'],
    asymmetry: ['nonlinearity', 'device'],
    noise: ['cycle', 'writeNoise'],
    variation: ['device', 'stuck'],
    // as noisy from bound to bound, so more in units of a smaller step
    states: ['cycle', 'writeNoise', 'device'],
  };
  const all = Object.values(profiles).flatMap((profile) =>
    flawsOf(profile).map((flaw) => [profile.name, flaw] as const),
  );
  test.each(all)('%s without %s: all other imperfections stay as they are', (name, flaw) => {
    const [before, after] = [profiles[name], without(flaw, profiles[name])].map(imperfectionsOf);
    for (const [column, value] of Object.entries(before)) {
      const now = after[column as keyof Imperfections];
      if (column === flaw || together[flaw]?.includes(column)) continue;
      // NeuroSim's steps are curves of a finite pulse, a little other than those of a smaller one
      const near = flaw === 'states' ? 0.01 : 1e-3 * Number(value) + 1e-6;
      if (typeof value === 'number') expect(Math.abs(Number(now) - value), column).toBeLessThan(near);
      else expect(now, column).toEqual(value);
    }
    expect(after.nonlinearity, 'nonlinearity').toBeLessThan(before.nonlinearity + 0.01);
    expect(after.asymmetry ?? 0, 'asymmetry').toBeLessThan((before.asymmetry ?? 0) + 0.01);
    const sweep = flaw === 'noise' ? 0 : before.cycle / Math.sqrt(before.states);
    expect(after.cycle / Math.sqrt(after.states)).toBeCloseTo(sweep, 3);
    const written = flaw === 'noise' ? 0 : before.writeNoise / before.states;
    expect(after.writeNoise / after.states).toBeCloseTo(written, 6);
    // bounds that differ from device to device bend steps, and straight steps do not feel it
    if (flaw === 'variation') return;
    if (profiles[name].model === 'softBounds') {
      const { stepSpread, logNormal = 0, asymmetrySpread } = profiles[name].constants;
      expect(without(flaw, profiles[name]).constants).toMatchObject({ stepSpread, logNormal, asymmetrySpread });
    } else expect(Math.abs(after.device - before.device)).toBeLessThan(0.5 * before.device + 1e-9);
  });

  test('straight steps: labels of 0 and the levels; pulses from bound to bound; of a pair those up alone', () => {
    const { constants } = without('nonlinearity', profiles['ag-a-si']);
    expect(constants).toMatchObject({ up: 0, down: 0, levelsUp: 97, levelsDown: 100, cycle: 0.035 });
    const pair = without('nonlinearity', profiles.pcm);
    expect(pair.constants).toMatchObject({ amountUp: 0, noiseAdded: 0.042, noiseSlope: 0.108, asymmetry: 0 });
    let [pulses, state] = [0, 0];
    for (const device = new Specimen(profiles.pcm); state < 2; pulses++) state = device.pulse(state, 1);
    // a pulse more or less, as the first ones are a seventh of the range
    expect(Math.abs(2 / pair.constants.step - pulses)).toBeLessThan(2);
    const soft = without('nonlinearity', profiles['reram-array-om']);
    expect(soft).toMatchObject({
      model: 'constantStep',
      constants: { step: expect.closeTo(0.0949, 9), stepSpread: 0.7829, logNormal: 1 },
    });
    // what is read is counted from a reference that differs by 0.05 between devices
    expect(soft.constants.highSpread).toBeCloseTo(Math.hypot(0.3499, 0.05), 12);
    expect(soft.constants.lowSpread).toBeCloseTo(Math.hypot(0.5695, 0.05), 12);
  });

  test('steps alike both ways are the mean of both, and take as many pulses', () => {
    const profile = without('asymmetry', pcmo);
    const size = (state: number, way: 1 | -1): number => way * new Specimen(profile).step(state, way);
    const was = (state: number, way: 1 | -1): number =>
      way * (new Specimen(pcmo).pulse((state + 1) / 2, way) - (state + 1) / 2);
    for (const state of [-0.6, 0, 0.6]) expect(size(state, 1)).toBeCloseTo(size(state, -1), 9);
    const ratio = (state: number): number => size(state, 1) / (was(state, 1) + was(state, -1));
    expect(ratio(0.6)).toBeCloseTo(ratio(-0.6), 6);
    expect(statesOf(profile)).toBeCloseTo(50, 3);
  });
});

test('each device is tuned and tested, with what it regains, pulses and energy', async () => {
  const [data, device] = [join(folder, 'flowers.csv'), join(folder, 'noisy.json')];
  const petals = Array.from({ length: 90 }, (_, at) => [at % 3, (at % 7) / 7, 'abc'[at % 3]].join());
  writeFileSync(data, ['a,b,kind', ...petals, ''].join('\n'));
  const steps: Profile = { ...profileOf('constantStep'), name: 'noisy', constants: { step: 0.004, cycle: 0.5 } };
  const pulse = { volts: 2, seconds: 1e-6 };
  writeFileSync(device, JSON.stringify({ ...steps, write: { up: pulse, down: pulse } }));
  const args = ['--data', data, '--network', '2-4-3', '--set', 'lr=0.3', '--seeds', '1', '--out', join(folder, 'out')];
  const { code, out, err } = await onward('profiles', 'ablate', device, ...args, '--json');
  expect(code, err).toBe(0);
  const { rows, refused } = JSON.parse(out);
  expect(refused).toEqual({});
  expect(rows.map(({ device: name }: { device: string }) => name)).toEqual([
    ...['f32', 'noisy', 'without noise', 'with 1,024 states', 'without any of them'],
  ]);
  const [control, own, noiseless] = rows;
  expect(control).toMatchObject({ pulses: null, joules: null, regained: control.mean - own.mean });
  expect(own.regained).toBeNull();
  expect(noiseless.pulses).toBeGreaterThan(0);
  // all conductances lie between 2 and 30 nS: V^2 G t
  const [least, most] = [2e-9, 3e-8].map((siemens) => 4 * siemens * 1e-6 * own.pulses * (2 * 4 + 4 * 3));
  expect(own.joules).toBeGreaterThan(least);
  expect(own.joules).toBeLessThan(most);
  const text = (await onward('profiles', 'ablate', device, ...args)).out;
  expect(text).toMatch(/^without noise .* J +lr=0.3$/m);
  expect(text).toContain('on/off range: costs nothing here');
  expect((await onward('profiles', 'ablate')).err).toContain('wanted a profile');
});
