// Stochastic pulse trains: over 1,000 trains under a seed, every device gets the pulses of gradient descent in the mean,
// spread as coincidences are; and what is too large for a train saturates in the error only.

import { expect, test } from 'vitest';
import type { Device } from '../../runtime/simd/devices/device.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { reference } from '../../runtime/simd/kernels/g16-matmul-update-trains.ts';
import { pulsedSizes, WEAR, WEAR_WORDS } from '../../runtime/simd/parts/pulses.ts';
import type { Management } from '../../runtime/simd/parts/trains.ts';
import { moments } from '../../cli/profiles/response.ts';

const [N, MOST, STEP, CODES] = [1000, 31, 0.01, 100];
const [x, dz] = [
  [0.9, -0.5, 0.1],
  [0.3, -0.02, 0, 0, 0, 0, 0, 0],
];
const device: Device = {
  model: 'constantStep',
  constants: Object.fromEntries(
    Object.entries(deviceModels.constantStep.constants).map(([name, constant]) => [name, constant.default ?? STEP]),
  ),
  arrangement: 'single',
  pulses: 'stochastic',
  threshold: 0,
  most: MOST,
  stuck: 0,
  writeNoise: 0,
  zero: 0,
  unit: STEP / CODES,
};

/** The pulses of every device, train by train: [device][train]. */
function pulsesOf(management: Management, rate: number): number[][] {
  const spend = reference({ device, management });
  const pulses: number[][] = Array.from({ length: x.length * dz.length }, () => []);
  for (let step = 0; step < N; step++) {
    const weight = new Int16Array(pulses.length);
    const arrays = { x: Float32Array.from(x), dz: Float32Array.from(dz), rate: new Float32Array([rate]), weight };
    const beside = { scale: new Float32Array(8).fill(device.unit), wear: new Int32Array(WEAR_WORDS) };
    const scratch = { rowTrains: new Int32Array(3), columnTrains: new Int32Array(8) };
    const sizes = { ...pulsedSizes, first: 0, step, trains: 5, batch: 1, inputs: 3, dzStride: 8, columns: 2 };
    spend({ ...arrays, ...beside, ...scratch, ...sizes });
    expect(beside.wear[WEAR.nonFinite]).toBe(0);
    weight.forEach((code, at) => pulses[at].push(Math.round(code / CODES)));
  }
  return pulses;
}

const wantedOf = (rate: number, at: number): number => (-rate * x[at >> 3] * dz[at & 7]) / STEP;

test.each<Management>([
  { update: true, length: true },
  { update: true, length: false },
  { update: false, length: false },
])('the mean is rate x dz within three standard errors, the variance the binomial one: %o', (management) => {
  const rate = 0.1;
  const slots = management.length ? Math.ceil((rate * 0.9 * 0.3) / STEP) : MOST;
  pulsesOf(management, rate).forEach((counts, at) => {
    const wanted = wantedOf(rate, at);
    const { mean, deviation } = moments(counts);
    const variance = Math.abs(wanted) * (1 - Math.abs(wanted) / slots);
    expect(Math.abs(mean - wanted)).toBeLessThanOrEqual(3 * Math.sqrt(variance / N));
    expect(Math.abs(deviation ** 2 - variance)).toBeLessThanOrEqual(5 * Math.sqrt((2 * variance ** 2 + variance) / N));
  });
});

test('a change that is too large for a train fires in every slot; smaller errors keep their mean', () => {
  const rate = 2;
  const counts = pulsesOf({ update: true, length: true }, rate).map((each) => moments(each).mean);
  expect(counts[0]).toBeCloseTo(-MOST, 1);
  const small = wantedOf(rate, 1);
  expect(Math.abs(counts[1] - small)).toBeLessThan(3 * Math.sqrt(small / N));
});
