// Which pairs of devices are refreshed: all pairs of some states of `pcm` here, and in aihwkit's `OneSidedUnitCell`.

import { reference } from '../../runtime/simd/kernels/g16-refresh.ts';
import { WEAR_WORDS } from '../../runtime/simd/parts/pulses.ts';
import { profiles } from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import type { NumbersVerdict } from './presets.ts';

const SIDE = 40;

/** Of each device of a pair: none of them at a threshold. */
export const pairStates: readonly number[] = Array.from(
  { length: SIDE },
  (_, at) => ((at + 0.5) / SIDE) * profiles.pcm.constants.high,
);

/** @param theirs which pairs aihwkit refreshes, [plus][minus] */
export function judgePairs(theirs: readonly (readonly boolean[])[]): NumbersVerdict {
  const { device } = mapped('the oracle', profiles.pcm, {});
  const codes = pairStates.map((state) => Math.round(state / device.unit));
  const before = codes.flatMap((plus) => codes.map((minus) => plus | (minus << 16)));
  const [weight, wear] = [Int32Array.from(before), new Int32Array(WEAR_WORDS)];
  reference(device)({ weight, wear, rows: SIDE, columns: SIDE, first: 0, seed: 1, devices: 1 });
  const off = before.findIndex((pair, at) => (weight[at] !== pair) !== theirs[Math.floor(at / SIDE)][at % SIDE]);
  if (off < 0) return { numbers: before.length };
  const [plus, minus] = [pairStates[Math.floor(off / SIDE)], pairStates[off % SIDE]];
  return {
    error: `a pair of ${plus} and ${minus} is refreshed ${weight[off] !== before[off] ? 'here' : 'there'} only`,
  };
}
