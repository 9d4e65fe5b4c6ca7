// Device models as equations: over 4,000 devices and cycles under a seed, the mean and the spread of a pulse are what
// the model says, states stay between the bounds, and what is solved for is solved.

import { describe, expect, test } from 'vitest';
import { codesOfNoise } from '../../runtime/simd/devices/device.ts';
import { rateOfLabel } from '../../runtime/simd/devices/exponential.ts';
import { deviceModels, type DeviceModelName } from '../../runtime/simd/devices/index.ts';
import type { Constants } from '../../runtime/simd/devices/model.ts';
import { double } from '../../runtime/simd/devices/real.ts';
import { throughSeries } from '../../runtime/simd/devices/series.ts';
import type { Plain } from '../../runtime/simd/twins/real.ts';
import { expm1, log } from '../../runtime/simd/devices/exact.ts';
import { reference } from '../../runtime/simd/kernels/g16-read.ts';
import { sampleDevices } from '../../runtime/simd/cases/devices.ts';
import { moments, normals, type Moments } from '../../cli/profiles/response.ts';

const N = 4000;
const real = (value: number): Plain => double.constant(value);

const constantsOf = (model: DeviceModelName): Constants =>
  sampleDevices.find((device) => device.model === model)!.constants;
const without = (constants: Constants, ...what: RegExp[]): Constants =>
  Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, what.some((w) => w.test(name)) ? 0 : value]),
  );

/** What one pulse on a state adds, over cycles of a device, or over devices. */
function steps(model: DeviceModelName, constants: Constants, state: number, way: 1 | -1): Moments {
  const { own, draws, move } = deviceModels[model];
  const normal = normals(1, `${model}/${state}/${way}`);
  const changes = Array.from({ length: N }, () => {
    const device = own(
      double,
      constants,
      Array.from({ length: draws(constants) }, () => real(normal())),
    );
    const pulse = { state: real(state), pulses: real(way), normal: real(normal()), own: device };
    return move(double, pulse, constants).value - state;
  });
  return moments(changes);
}

const names = Object.keys(deviceModels) as DeviceModelName[];
const statesOf = (model: DeviceModelName): number[] => {
  const [low, high] = deviceModels[model].bounds(constantsOf(model));
  return [0.3, 0.5, 0.7].map((share) => low + share * (high - low));
};

describe.each(names)('%s', (model) => {
  const noiseless = without(constantsOf(model), /cycle/, /spread/i);

  test('cycles spread a pulse around its mean step, within three standard errors', () => {
    const noisy = without(constantsOf(model), /spread/i);
    for (const state of statesOf(model)) {
      for (const way of [1, -1] as const) {
        const exact = steps(model, noiseless, state, way);
        expect(exact.deviation).toBeLessThan(1e-12);
        const { mean, deviation } = steps(model, noisy, state, way);
        expect(deviation).toBeGreaterThan(0);
        expect(Math.abs(mean - exact.mean)).toBeLessThan((3 * deviation) / Math.sqrt(N));
      }
    }
  });

  test('devices differ where their constants spread, and only there', () => {
    const [state] = statesOf(model);
    const spread = without(constantsOf(model), /cycle/);
    expect(steps(model, spread, state, 1).deviation).toBeGreaterThan(0);
    expect(deviceModels[model].draws(noiseless)).toBe(0);
  });

  test('no pulse leaves the bounds', () => {
    const [low, high] = deviceModels[model].bounds(noiseless);
    const own = deviceModels[model].own(double, noiseless, []);
    const reference = own.reference?.value ?? 0;
    for (const [way, bound] of [
      [1, high],
      [-1, low],
    ] as const) {
      let state = real((low + high) / 2 - reference);
      for (let pulse = 0; pulse < 2000; pulse++) {
        state = deviceModels[model].move(double, { state, pulses: real(way), normal: real(0), own }, noiseless);
        expect(way * (state.value + reference - bound)).toBeLessThanOrEqual(1e-12);
      }
    }
  });
});

describe('exponential', () => {
  test.each([
    [0.5, 2.5199],
    [1, 1.2517],
    [2.4, 0.4992],
    [4.88, 0.2003],
  ])('label %d has the constant %d', (label, constant) => {
    expect(1 / rateOfLabel(label)).toBeCloseTo(constant, 4);
    expect(rateOfLabel(-label)).toBe(-rateOfLabel(label));
  });

  test('all pulses up from the lowest state end at the highest, and half of them at the curve', () => {
    const constants = without(constantsOf('exponential'), /cycle/, /spread/);
    const { own, move } = deviceModels.exponential;
    const device = own(double, constants, []);
    const reached = (pulses: number, state = 0): number =>
      move(double, { state: real(state), pulses: real(pulses), normal: real(0), own: device }, constants).value;
    expect(reached(97)).toBeCloseTo(1, 6);
    const r = rateOfLabel(2.4);
    expect(reached(48.5)).toBeCloseTo((1 - Math.exp(-r / 2)) / (1 - Math.exp(-r)), 6);
    expect(reached(-100, 1)).toBeCloseTo(0, 6);
    expect(reached(30, reached(20))).toBeCloseTo(reached(50), 9);
  });
});

describe('symmetry', () => {
  test('soft bounds counted from their symmetry point move alike up and down there', () => {
    const constants = { ...without(constantsOf('softBounds'), /cycle/, /spread/i), asymmetry: 0.3, high: 1.2 };
    const { own, move } = deviceModels.softBounds;
    const device = own(double, constants, []);
    const [up, down] = [1, -1].map((way) => {
      const pulse = { state: real(0), pulses: real(way), normal: real(0), own: device };
      return move(double, pulse, constants).value;
    });
    expect(up).toBeCloseTo(-down, 9);
    expect(up).toBeGreaterThan(0);
  });
});

test.each(sampleDevices.slice(0, 2))(
  'what is read is off by the noise of the write, until it is written again: $model',
  (model) => {
    const device = { ...model, writeNoise: 1.5 };
    const read = (code: number): number[] => {
      const isPair = device.arrangement === 'pair';
      const weight = new (isPair ? Int32Array : Int16Array)(N).fill((isPair ? 20000 : 0) + code);
      const out = weight.slice();
      reference(device)({ out, weight, rows: N / 8, columns: 8, first: 0, seed: 1, devices: 7 });
      return Array.from(out, (stored, at) => (isPair ? (stored & 0xffff) - (weight[at] & 0xffff) : stored - code));
    };
    const noise = read(100);
    const { mean, deviation } = moments(noise);
    expect(Math.abs(mean)).toBeLessThan((3 * codesOfNoise(device)) / Math.sqrt(N));
    expect(Math.abs(deviation / codesOfNoise(device) - 1)).toBeLessThan(3 / Math.sqrt(2 * N));
    expect(read(100)).toEqual(noise);
    const other = read(101);
    const together = moments(other.map((value, at) => value * noise[at])).mean / codesOfNoise(device) ** 2;
    expect(Math.abs(together)).toBeLessThan(3 / Math.sqrt(N));
  },
);

test.each([0.5, 20])(
  'behind a resistance of %d, a higher code is read as higher, below the mean bounds too',
  (series) => {
    const [device] = sampleDevices;
    const [low, high] = deviceModels[device.model].bounds(device.constants);
    const codes = Array.from({ length: 41 }, (_, at) => {
      const state = low + (at / 20 - 0.5) * (high - low);
      return throughSeries(double, real((state - device.zero) / device.unit), { ...device, series }).value;
    });
    for (const [at, read] of codes.slice(1).entries()) expect(read).toBeGreaterThan(codes[at]);
  },
);

test('e^x - 1 and log x on the host are those of double precision to 1e-13, by no Math', () => {
  for (let x = -30; x < 30; x += 0.37) {
    expect(Math.abs(expm1(x) / Math.expm1(x) - 1)).toBeLessThan(1e-13);
    expect(Math.abs(log(Math.exp(x)) - x)).toBeLessThan(1e-13 * Math.max(1, Math.abs(x)));
  }
});
