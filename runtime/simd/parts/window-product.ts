// The products under convolutions: every window of an image times weights, summed in registers. The forward pass slides
// its windows over the input, the input gradient over dz; only the addresses differ.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { walk, type Grid } from './image.ts';
import type { Sizes } from '../kernel.ts';
import { PANEL } from './panels.ts';
import { asFloat, PLAIN, type Reading } from './reading.ts';
import { accumulate, forTiles, openTile, type TileFactors, type TileRow } from './tile.ts';

/** Rows of a convolution's weight matrix, (ky, kx, channel). */
export const weightRows = (s: Sizes): number => s.kernelHeight * s.kernelWidth * s.channels;

export interface WindowGrid {
  /** How many rows and columns of windows there are. */
  readonly rows: I32;
  readonly columns: I32;
  /** The first element of every window. */
  readonly window: Grid;
  /** Where the result of every window goes. */
  readonly result: Grid;
  readonly kernelHeight: I32;
  readonly kernelWidth: I32;
  /** Channels of the image under the windows, and bytes between its rows. */
  readonly channels: I32;
  readonly pitch: I32;
}

/**
 * Window times panel: eight columns of four windows at a time. A row of a window is one run of kernelWidth * channels
 * neighbours, so nothing is gathered.
 */
export function multiplyWindows(
  k: Emitter,
  grid: WindowGrid,
  panel: { readonly address: I32; readonly reading: Reading },
  start: (half: 0 | 1) => F32,
  store: (result: Pointer<'f32'>, sums: TileRow) => void,
): void {
  const { rows, columns, kernelHeight, kernelWidth, channels, pitch } = grid;
  const steps = k.let(kernelWidth.mul(channels));
  const runs = { count: kernelHeight, steps, skip: k.let(pitch.sub(steps.shl(2))) };
  const [window, result] = [walk(k, grid.window, columns), walk(k, grid.result, columns)];
  forTiles(k, rows.mul(columns), (_, count) => {
    const sums = openTile(k, count, (_, half) => start(half));
    const a = Array.from({ length: count }, window);
    accumulateRuns(k, sums, { a, aStep: 4, b: k.var(panel.address), reading: panel.reading }, runs);
    for (const sum of sums) store(k.pointer('f32', result()), sum);
  });
}

export interface Runs {
  readonly count: I32;
  /** Products of a run. */
  readonly steps: I32;
  /** Bytes by which the a-addresses skip behind a run, to the next row of the image. */
  readonly skip: I32;
}

/** Adds the products of all runs to a tile. */
export function accumulateRuns(
  k: Emitter,
  sums: readonly TileRow[],
  factors: TileFactors,
  { count, steps, skip }: Runs,
): void {
  k.for(0, count, 1, () => {
    accumulate(k, sums, factors, steps);
    for (const address of factors.a) address.set(address.add(skip));
  });
}

/** The taps of a weight whose columns are channels: a grid in its first panel, the same in the others. */
export interface Taps extends Grid {
  readonly reading: Reading;
  /** All taps of the weight, also when the grid takes only some: the rows of a panel. */
  readonly count: I32;
}

/** The element at which a column begins in panels of so many rows; its rows are PANEL elements apart. */
export const columnStart = (rows: I32, column: I32): I32 =>
  column
    .and(-PANEL)
    .mul(rows)
    .add(column.and(PANEL - 1));

/** Window times weight, channel by channel, four windows at a time. */
export function multiplyWindowsByChannel(
  k: Emitter,
  grid: WindowGrid,
  weight: Taps,
  start: (channel: Lanes) => F32,
  store: (result: Pointer<'f32'>, channel: Lanes, sum: F32) => void,
): void {
  const { rows, columns, kernelHeight, kernelWidth, channels, pitch } = grid;
  const pixelBytes = k.let(channels.shl(2));
  const skip = k.let(pitch.sub(kernelWidth.mul(pixelBytes)));
  const weightSkip = k.let(weight.rowStep.sub(kernelWidth.mul(weight.columnStep)));
  const [window, result] = [walk(k, grid.window, columns), walk(k, grid.result, columns)];
  forTiles(k, rows.mul(columns), (_, count) => {
    const firsts = Array.from({ length: count }, window);
    const targets = Array.from({ length: count }, result);
    k.lanes(channels, (channel) => {
      const at = (reading: Reading, address: I32, index = k.i32(0)): F32 =>
        asFloat(k.pointer(reading.element, address).at({ width: channel.width, index }), reading);
      const sums = firsts.map(() => k.var(start(channel)));
      const a = firsts.map((first) => k.var(first.add(channel.index.shl(2))));
      const firstTap = k.pointer(weight.reading.element, weight.first);
      const inByte = weight.reading.element === 'i4' ? k.let(channel.index.and(1)) : undefined;
      const b = k.var(firstTap.plus(columnStart(weight.count, channel.index)).address);
      k.for(0, kernelHeight, 1, () => {
        k.for(0, kernelWidth, 1, () => {
          const right = k.let(at(weight.reading, b, inByte));
          for (let i = count - 1; i >= 0; i--) sums[i].set(sums[i].multiplyAdd(at(PLAIN, a[i]), right));
          for (const address of a) address.set(address.add(pixelBytes));
          b.set(b.add(weight.columnStep));
        });
        for (const address of a) address.set(address.add(skip));
        b.set(b.add(weightSkip));
      });
      for (const [i, sum] of sums.entries()) store(k.pointer('f32', targets[i]), channel, sum);
    });
  });
}
