// f32_translate: moves the image of each sample by up to `most` whole pixels down and across, and fills with zeros:
//   out[b][y][x] = image[b][y - down][x - across], or 0 outside
// with down and across drawn from -most..most: elements 0 and 1 of the stream at (step, turn, sample[b]). `back` moves
// by as much the other way, as a gradient goes.

import type { I32 } from '../../wasm/values.ts';
import { f32, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { emitPhilox, philox4x32 } from '../parts/philox.ts';

const parameters = {
  out: f32.out('batch', 'height', 'width', 'channels'),
  image: f32.in('batch', 'height', 'width', 'channels'),
  sample: i32.in('batch'),
  batch: size,
  height: size,
  width: size,
  channels: size,
  most: size,
  back: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
};

export const f32_translate = kernel('f32_translate', parameters, (k, args) => {
  const { image, sample, batch, height, width, channels, most, back, seed, stream, step, turn } = args;
  const row = k.let(width.mul(channels));
  k.for(0, batch, 1, (b) => {
    const words = emitPhilox(k, [k.i32(0), step, turn, k.let<I32>(sample.at(b))], [seed, stream]);
    const [down, across] = words.slice(0, 2).map((word) => {
      const moved = k.let(word.mulHigh(most.mul(2).add(1)).sub(most));
      return k.let(back.ne(0).selectInt(k.i32(0).sub(moved), moved));
    });
    // the columns of a row that come from inside of it, as floats: from `start` to below `end`
    const start = k.let(within(across, width).mul(channels));
    const end = k.let(within(width.add(across), width).mul(channels));
    k.for(0, height, 1, (y) => {
      const source = k.let(y.sub(down));
      const out = args.out.plus(k.let(b.mul(height).add(y).mul(row)));
      k.lanes(row, (i) => out.at(i).set(0));
      k.if(source.ge(0).and(source.lt(height)), () => {
        const from = image.plus(k.let(b.mul(height).add(source).mul(row).sub(across.mul(channels)).add(start)));
        k.lanes(end.sub(start), (i) => out.plus(start).at(i).set(from.at(i)));
      });
    });
  });
});

/** The nearest of 0..most. */
function within(value: I32, most: I32): I32 {
  const above = value.lt(0).selectInt(0, value);
  return above.lt(most).selectInt(above, most);
}

export const trials = (): Trials => ({
  indices: { sample: 1000 },
  cases: [0, 1].flatMap((back) =>
    [
      [3, 5, 7, 1, 2],
      [2, 4, 3, 5, 1],
      [4, 2, 3, 2, 4],
      [1, 1, 1, 1, 0],
    ].map(([batch, height, width, channels, most]) => {
      const sizes = { batch, height, width, channels, most, back };
      return { ...sizes, seed: 5, stream: 0x7ab1e, step: 3, turn: 2 };
    }),
  ),
});

export function reference(args: Referenced<typeof parameters>): void {
  const { out, image, sample, batch, height, width, channels, most, back, seed, stream, step, turn } = args;
  for (let b = 0; b < batch; b++) {
    const words = philox4x32([0, step, turn, sample[b]], [seed, stream]);
    const [down, across] = [words[0], words[1]].map((word) => {
      const moved = Math.floor((word * (2 * most + 1)) / 2 ** 32) - most;
      return back === 0 ? moved : -moved;
    });
    for (let at = 0; at < height * width; at++) {
      const [y, x] = [Math.floor(at / width) - down, (at % width) - across];
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      const from = ((b * height + y) * width + x) * channels;
      const to = (b * height * width + at) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = isInside ? image[from + c] : 0;
    }
  }
}
