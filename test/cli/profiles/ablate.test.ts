// Devices without one of their flaws, and `onward profiles ablate`, which trains each beside the device and floats.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { flawsOf, without } from '../../../cli/profiles/idealise.ts';
import { imperfectionsOf } from '../../../cli/profiles/imperfections.ts';
import { Specimen } from '../../../cli/profiles/response.ts';
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

  test('keeps its mean steps without nonlinearity, its noise, and of more states that of a sweep', () => {
    const [device, straight, fine] = [pcmo, without('nonlinearity', pcmo), without('states', pcmo)];
    const noise = (profile: Profile, middle: number): number =>
      new Specimen(profile).pulse(middle, 1, 1) - new Specimen(profile).pulse(middle, 1);
    // a table's states run from -1 to 1
    expect(noise(straight, 0) / 2).toBeCloseTo(noise(device, 0.5), 6);
    expect(imperfectionsOf(fine).states).toBeCloseTo(1024, 6);
    expect(noise(fine, 0.5) * Math.sqrt(1024 / 50)).toBeCloseTo(noise(device, 0.5), 6);
    const [up, down] = [1, -1].map((way) => way * new Specimen(without('asymmetry', device)).step(0.3, way as 1 | -1));
    expect(up).toBeCloseTo(down, 9);
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
