// Stochastic pulse trains: an update as outer product on the array itself. For each sample its rows and its columns
// fire at random in the slots of a train, and a device moves where both fire at once (Gokmen, Vlasov, Frontiers in
// Neuroscience 10:333, 2016; with the managements of Gokmen, Onen, Haensch, Frontiers in Neuroscience 11:538, 2017).
// With k = rate max|x| max|dz| / step, the pulses that the largest change wants, a train of n slots and s = k / n:
//
//   P(row fires) = min(A |x|, 1),   P(column fires) = min(B |dz|, 1),   A B = rate / (step n)
//   A = min(sqrt(s), 1) / max|x| with update management, else sqrt(A B)
//   n = min(ceil(k), most) with length management, else most
//
// A train is a word: a bit for each slot, from bit 0 on, and bit 31 for the sign. Its bits are f(seed, stream, step,
// turn, sample of the batch, row or column): P has 24 binary digits, and a word of a Philox block joins by `or` for a 1
// and by `and` for a 0, from the last digit to the first.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import type { Device } from '../devices/device.ts';
import { f32, i32, size } from '../kernel.ts';
import { emitPhilox } from './philox.ts';
import { arrayParameters } from './pulses.ts';

export interface Management {
  /** Whether rows and columns share what is to be fired, so that the largest of both are as likely. */
  readonly update: boolean;
  /** Whether a train is as short as its largest change allows. */
  readonly length: boolean;
}

export interface Trained {
  readonly device: Device;
  readonly management: Management;
}

export const trainedParameters = ({ device }: Trained) => ({
  x: f32.in('batch', 'inputs'),
  dz: f32.in('batch', 'dzStride'),
  rate: f32.in(1),
  rowTrains: i32.scratch('inputs'),
  columnTrains: i32.scratch('dzStride'),
  batch: size,
  inputs: size,
  dzStride: size,
  /** The stream of the trains. */
  trains: size,
  ...arrayParameters(device, 'inputs'),
});

/** The slots there is room for beside the sign. */
export const LONGEST = 31;
/** Philox blocks of four digits each. */
export const DIGIT_BLOCKS = 6;
export const LARGEST_SHARE = 2 ** (4 * DIGIT_BLOCKS) - 1;
/** Draws of a sample begin at its number times this. */
export const BLOCKS_PER_SAMPLE = 8;

/** Slots of a sample's trains, and what |x| and |dz| are multiplied by. */
export interface Plan {
  readonly slots: I32;
  readonly gains: readonly [x: F32, dz: F32];
}

interface Wanted {
  /** The largest |x|. */
  readonly x: F32;
  /** The learning rate, over the weight of a step. */
  readonly rate: F32;
  /** k. */
  readonly wanted: F32;
}

export function planTrains(k: Emitter, most: number, management: Management, { x, rate, wanted }: Wanted): Plan {
  const slots = k.let(management.length ? wanted.neg().floor().neg().pmin(most) : k.f32(most));
  const both = k.let(rate.div(slots));
  const gain = k.let(management.update ? wanted.div(slots).sqrt().min(1).div(x) : both.sqrt());
  return { slots: k.let(toInt(slots)), gains: [gain, k.let(both.div(gain))] };
}

export interface TrainSource {
  readonly seed: I32;
  readonly trains: I32;
  readonly step: I32;
  readonly turn: I32;
}

interface Fired {
  readonly out: Pointer<'i32'>;
  readonly values: Pointer<'f32'>;
  readonly count: I32;
  readonly gain: F32;
  /** Which bits are slots. */
  readonly slots: I32;
  readonly sample: I32;
  /** Tells columns from rows: what their numbers are changed by. */
  readonly numbers: 0 | -1;
}

/** Writes the train of every value. */
export function fireTrains(k: Emitter, { seed, trains, step, turn }: TrainSource, fired: Fired): void {
  const { out, values, count, gain, slots, sample, numbers } = fired;
  const block = k.let(sample.mul(BLOCKS_PER_SAMPLE));
  k.lanes(count, (at) => {
    const value = k.let(values.at(at));
    const share = k.var(
      toInt(
        value
          .abs()
          .mul(gain)
          .mul(LARGEST_SHARE + 1)
          .pmin(LARGEST_SHARE),
      ),
    );
    const train = k.var(share.and(0));
    k.if(share.ne(0).any(), () => {
      const number = k.let(k.numbers(at).xor(numbers));
      k.for(0, DIGIT_BLOCKS, 1, (digits) => {
        for (const word of emitPhilox(k, [number, step, turn, block.add(digits)], [seed, trains])) {
          const digit = k.let(share.and(1).mul(-1));
          train.set(train.and(word).or(train.or(word).and(digit)));
          share.set(share.shrUnsigned(1));
        }
      });
    });
    out.at(at).set(train.and(slots).or(value.bits().and(1 << 31)));
  });
}
