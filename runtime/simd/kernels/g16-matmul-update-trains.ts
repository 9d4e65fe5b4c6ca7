// g16_matmul_update_trains: W <- W - rate x^T dz by stochastic pulse trains (parts/trains.ts) on devices
// (parts/pulses.ts), sample by sample, each an outer product. A sample whose factors are not finite is left out and
// counted.

import type { Emitter } from '../../wasm/emitter.ts';
import type { I32 } from '../../wasm/values.ts';
import { sampleDevices } from '../cases/devices.ts';
import { codesOfStep, deviceKey } from '../devices/device.ts';
import { family, kernel, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { factorTrials } from '../parts/gradient-tiles.ts';
import { PANEL } from '../parts/panels.ts';
import { pulsedSizes, wearing, type Pulser } from '../parts/pulses.ts';
import { fireTrains, planTrains, trainedParameters, type Trained } from '../parts/trains.ts';
import { trainsReference } from '../twins/trains.ts';

type Args = Emitted<ReturnType<typeof trainedParameters>>;

const keyOf = ({ device, management: { update, length } }: Trained): string =>
  [deviceKey(device), ...(update ? ['managed'] : []), ...(length ? ['short'] : [])].join('_');

export const g16_matmul_update_trains = family('g16_matmul_update_trains', keyOf, (trained: Trained, name) =>
  kernel(name, trainedParameters(trained), (k, args) =>
    wearing(k, trained.device, args, (pulser) =>
      k.for(0, args.batch, 1, (sample) => spendSample(k, trained, args, sample, pulser)),
    ),
  ),
);

function spendSample(k: Emitter, { device, management }: Trained, args: Args, sample: I32, pulser: Pulser): void {
  const { rate, scale, rowTrains, columnTrains, inputs, dzStride } = args;
  const [x, dz] = [args.x.plus(sample.mul(inputs)), args.dz.plus(sample.mul(dzStride))].map((row) =>
    k.pointer('f32', k.let(row.address)),
  );
  const [mostX, mostDz] = (
    [
      [x, inputs],
      [dz, dzStride],
    ] as const
  ).map(([row, count]) => k.let(k.max(count, (at) => row.at(at).abs())));
  const steps = k.let(rate.at(0).div(scale.at(0).mul(codesOfStep(device))));
  const wanted = k.let(steps.mul(mostX).mul(mostDz));
  const isNumber = wanted.sub(wanted).eq(0);
  pulser.refuse(k.iota().lt(isNumber.selectInt(0, 1)));
  k.if(isNumber.and(wanted.gt(0)), () => {
    const { slots, gains } = planTrains(k, device.most, management, { x: mostX, rate: steps, wanted });
    const bits = k.let(k.i32(1).shl(slots).sub(1));
    const fired = { slots: bits, sample };
    fireTrains(k, args, { ...fired, out: rowTrains, values: x, count: inputs, gain: gains[0], numbers: 0 });
    fireTrains(k, args, { ...fired, out: columnTrains, values: dz, count: dzStride, gain: gains[1], numbers: -1 });
    meet(k, args, { from: k.let(sample.shl(5)), bits }, pulser);
  });
}

interface Met {
  /** The number of the sample's first pulse. */
  readonly from: I32;
  readonly bits: I32;
}

/** Pulses devices as often as their rows and columns fire at once. */
function meet(k: Emitter, { rowTrains, columnTrains, columns, inputs }: Args, { from, bits }: Met, pulser: Pulser) {
  k.for(0, columns, PANEL, (column) => {
    const panel = k.let(column.mul(inputs));
    k.for(0, inputs, 1, (row) => {
      const train = k.let(rowTrains.at(row));
      k.if(train.and(bits).ne(0), () => {
        k.for(0, PANEL, 4, (half) => {
          const other = k.let(columnTrains.vector(column.add(half)));
          const together = k.let(other.and(train).and(bits));
          k.if(together.ne(0).any(), () => {
            const count = k.let(together.popcount().toFloat());
            const n = k.let(other.xor(train).lt(0).select(count, count.neg()));
            pulser.pulse(k.let(panel.add(row.shl(3)).add(half)), n, from);
          });
        });
      });
    });
  });
}

export const variants = (): Trained[] =>
  [true, false].map((managed, turn) => ({
    device: sampleDevices[turn],
    management: { update: managed, length: managed },
  }));
export const trials = (): Trials => ({
  ...factorTrials({ ...pulsedSizes, trains: 0x7a11 }),
  indices: { wear: 1000 },
});

export const reference =
  (trained: Trained) =>
  (args: Referenced<ReturnType<typeof trainedParameters>>): void =>
    trainsReference(trained, args);
