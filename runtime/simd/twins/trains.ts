// parts/trains.ts in plain TypeScript: a sample after the other, device by device, bit for bit.

import { codesOfStep } from '../devices/device.ts';
import type { Referenced } from '../kernel.ts';
import { PANEL, panelCount, panelIndex } from '../parts/panels.ts';
import { philox4x32 } from '../parts/philox.ts';
import { WEAR } from '../parts/pulses.ts';
import {
  BLOCKS_PER_SAMPLE,
  DIGIT_BLOCKS,
  LARGEST_SHARE,
  type Trained,
  type trainedParameters,
} from '../parts/trains.ts';
import { pulserReference } from './pulses.ts';

const { fround } = Math;
type Args = Omit<Referenced<ReturnType<typeof trainedParameters>>, 'rowTrains' | 'columnTrains'>;

/** Spends all samples. */
export function trainsReference({ device, management }: Trained, args: Args): void {
  const { batch, inputs, dzStride, columns, rate, scale, wear } = args;
  const pulse = pulserReference(device, args);
  const steps = fround(rate[0] / fround(scale[0] * fround(codesOfStep(device))));
  for (let sample = 0; sample < batch; sample++) {
    const x = args.x.subarray(sample * inputs, (sample + 1) * inputs);
    const dz = args.dz.subarray(sample * dzStride, (sample + 1) * dzStride);
    const [mostX, mostDz] = [x, dz].map((row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
    const wanted = fround(fround(steps * mostX) * mostDz);
    if (!Number.isFinite(wanted)) wear[WEAR.nonFinite]++;
    if (!(wanted > 0 && wanted < Infinity)) continue;
    const slots = management.length ? Math.min(device.most, Math.ceil(wanted)) : device.most;
    const both = fround(steps / slots);
    const share = Math.min(fround(Math.sqrt(fround(wanted / slots))), 1);
    const gain = management.update ? fround(share / mostX) : fround(Math.sqrt(both));
    const trains = [...x].map((value, i) => trainReference(args, { value, gain, slots, sample, number: i }));
    const otherGain = fround(both / gain);
    const others = [...dz].map((value, o) =>
      trainReference(args, { value, gain: otherGain, slots, sample, number: ~o }),
    );
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      for (let i = 0; i < inputs; i++) {
        const together = bitsOf(trains[i] & others[o] & 0x7fffffff);
        const n = (trains[i] ^ others[o]) < 0 ? together : -together;
        pulse(panelIndex(inputs, i, o), n, sample * 32);
      }
    }
  }
}

interface Firing {
  readonly value: number;
  readonly gain: number;
  readonly slots: number;
  readonly sample: number;
  readonly number: number;
}

function trainReference(
  { seed, trains, step, turn }: Pick<Args, 'seed' | 'trains' | 'step' | 'turn'>,
  { value, gain, slots, sample, number }: Firing,
): number {
  const likely = fround(fround(Math.abs(value) * gain) * (LARGEST_SHARE + 1));
  let share = Math.trunc(Math.min(LARGEST_SHARE, likely));
  let train = 0;
  const blocks = share === 0 ? 0 : DIGIT_BLOCKS;
  for (let block = 0; block < blocks; block++) {
    for (const word of philox4x32([number, step, turn, sample * BLOCKS_PER_SAMPLE + block], [seed, trains])) {
      train = share & 1 ? train | word : train & word;
      share >>>= 1;
    }
  }
  const isNegative = value < 0 || Object.is(value, -0);
  return (train & (2 ** slots - 1)) | (isNegative ? 1 << 31 : 0);
}

function bitsOf(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
