// Devices in the files of other simulators: written and read again they are the same device, or what is lost is named.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chooseRun } from '../../../../cli/choose-run.ts';
import { fromAihwkit, toAihwkit } from '../../../../cli/profiles/exchange/aihwkit.ts';
import { crosssim } from '../../../../cli/profiles/exchange/crosssim.ts';
import { Specimen } from '../../../../cli/profiles/response.ts';
import { deviceModels, type DeviceModelName } from '../../../../runtime/simd/devices/index.ts';
import { type Profile, profiles } from '../../../../src/index.ts';
import { expectProfile } from '../../../../src/quantization/profiles/profile.ts';
import { onward as ended } from '../../in-process.ts';
import { succeeded as onward } from '../../in-process.ts';
import { profileOf } from '../fit/measured.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-exchange-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const told = (Object.keys(deviceModels) as DeviceModelName[]).map((model) => profileOf(model));
const known = Object.values(profiles);

/** The mean device under 60 pulses up, then down, and the deviation of a pulse in the middle, as shares of its range. */
function response(profile: Profile): { readonly states: number[]; readonly noise: number } {
  const { model, constants } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const device = new Specimen(profile);
  const states = [device.low];
  const isPair = profile.arrangement === 'pair';
  for (let pulse = 0; pulse < 120; pulse++) states.push(device.pulse(states[pulse], isPair || pulse < 60 ? 1 : -1));
  const middle = device.low + (high - low) / 2;
  return {
    states: states.map((state) => (state - device.low) / (high - low)),
    noise: (device.pulse(middle, 1, 1) - device.pulse(middle, 1)) / (high - low),
  };
}

test.each([...told, ...known].map((profile) => [profile.name, profile] as const))(
  'aihwkit: %s comes back the same, or what is lost is named',
  (name, profile) => {
    const sent = toAihwkit(profile);
    const { made, lost } = fromAihwkit(name, JSON.parse(JSON.stringify(sent.made)));
    expect(lost.filter((text) => !text.includes('pair'))).toEqual([]);
    const { arrangement, constants, stuck, writeNoise, model } = expectProfile(profile);
    const back = expectProfile(made);
    expect([back.arrangement, back.stuck, back.writeNoise]).toEqual([arrangement, stuck, writeNoise]);
    if (model === 'exponential') {
      const [before, after] = [profile, made].map((each) => response(each).states);
      before.forEach((state, pulse) => expect(after[pulse]).toBeCloseTo(state, 9));
      return;
    }
    expect(back.model).toBe(model);
    for (const [constant, value] of Object.entries(constants)) {
      if (!sent.lost.some((text) => text.startsWith(`${constant}:`)))
        expect(back.constants[constant], constant).toBe(value);
    }
    if (profile.retention !== undefined) expect(made.retention).toEqual(profile.retention);
    for (const part of ['conductance', 'write'] as const) {
      expect(sent.lost.some((text) => text.startsWith(part))).toBe(profile[part] !== undefined);
    }
  },
);

test('what a kit says and no profile has is named; a preset is known by its fields', () => {
  const preset = {
    class: 'ReRamSBPresetDevice',
    ...{ dw_min: 0.002, w_max: 1.25, w_min: -0.75, mult_noise: false, slope_up_dtod: 0, reference_mean: 0 },
    ...{ diffusion: 0.1, reset: 0, mean_bound_reference: true, construction_seed: 7, perfect_bias: false },
  };
  const { made, lost } = fromAihwkit('mine', preset);
  expect(made).toMatchObject({ model: 'softBounds', constants: { step: 0.002, high: 1.25, additive: 1 } });
  expect(lost).toEqual(['diffusion: 0.1']);
  const three = fromAihwkit('mine', {
    class: 'PiecewiseStepDevice',
    piecewise_up: [1, 2, 1, 4],
    piecewise_down: [1, 3, 5],
  });
  expect(three.made.constants).toMatchObject({ up0: 1, up8: 4, down0: 1, down2: 2, down8: 5 });
  expect(three.lost).toEqual(['piecewise_up: 4 nodes, here 9']);
});

test.each([...told, profiles['ag-a-si'], profiles.ecram].map((profile) => [profile.name, profile] as const))(
  'CrossSim: the steps of %s are those of the table, and its noise',
  (name, profile) => {
    const sent = crosssim.write(profile);
    const { made } = crosssim.read(name, Object.values(sent.made).reverse());
    const [before, after] = [profile, made].map(response);
    const apart = before.states.map((state, pulse) => Math.abs(state - after.states[pulse]));
    // lines between nine nodes: exact where steps fall along a line
    const isCurved = ['expStep', 'powStep'].includes(profile.model);
    expect(Math.max(...apart)).toBeLessThan(isCurved ? 0.03 : 1e-5);
    expect(after.noise / before.noise).toBeCloseTo(1, isCurved ? 1 : 2);
    if (profile.conductance !== undefined) expect(made.conductance).toEqual(profile.conductance);
    expect(sent.lost.join()).toContain(`${profile.model}: what is read`);
    expect(sent.lost.some((text) => text.startsWith('how devices differ'))).toBe(name === 'ecram');
  },
);

test('onward profiles export and import: files, and a profile that --storage takes', async () => {
  const [mine, out] = [at('mine.json'), at('back.json')];
  writeFileSync(mine, JSON.stringify(profileOf('linearStep')));
  const json = JSON.parse(await onward('profiles', 'export', mine, '--as', 'aihwkit', '--out', folder, '--json'));
  expect(JSON.parse(readFileSync(at('device.json'), 'utf8'))).toMatchObject({
    class: 'LinearStepDevice',
    gamma_up: 0.4,
  });
  expect(json.lost).toEqual(['conductance: a weight has none there']);
  expect(await onward('profiles', 'import', at('device.json'), '--out', out)).toContain(`written: ${out}`);
  expect(chooseRun({ storage: out }).storage.name).toContain('back');

  const said = await onward('profiles', 'export', 'taox-hfox', '--as', 'crosssim', '--out', folder);
  expect(said).toContain('lost: pulses, threshold');
  const tables = ['dG_increasing.txt', 'dG_decreasing.txt'].map(at);
  const { profile } = JSON.parse(await onward('profiles', 'import', ...tables, '--out', out, '--json'));
  expect(profile.conductance).toEqual({ low: 1e-6, high: 1e-5 });
  expect(chooseRun({ storage: out }).storage.name).toContain('back');
});

test.each([
  [['export', 'ecram'], 2, 'wanted --as aihwkit or crosssim'],
  [['export', 'ecram', '--as', 'spice'], 2, "--as is 'spice', wanted aihwkit, crosssim"],
  [['import'], 2, 'files are not given, wanted device.json'],
  [['import', 'text:{'], 1, 'the file is no JSON'],
  [['import', 'text:{"class":"VectorUnitCell"}'], 1, "the class is 'VectorUnitCell', wanted aihwkit's ExpStepDevice"],
  [['import', 'text:{"class":"LinearStepDevice","w_max":"1"}'], 1, "w_max is '1', wanted a number"],
  [['import', 'text:1', 'text:2'], 1, 'wanted a header and two rows that rise'],
  [['import', 'text:h\n1,2\n0,.5,1\n1,x', 'text:2'], 1, 'line 4 is "1,x", wanted numbers'],
  [['import', 'text:h\n1,2\n0,.5,1\n1,2', 'text:2'], 1, 'has 1 rows of steps, wanted 3 of 2'],
])('profiles %j is refused', async (args, code, message) => {
  const files = args.map((arg, index) => {
    if (!arg.startsWith('text:')) return arg;
    const file = at(`given-${index}.json`);
    writeFileSync(file, arg.slice(5));
    return file;
  });
  const refused = await ended('profiles', ...files);
  expect(refused.err).toContain(message);
  expect(refused.code).toBe(code);
});
