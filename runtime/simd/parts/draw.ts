// Elements first, first + 1, ... of a random stream, drawn in Philox blocks of four: the loop under every kernel that
// needs random numbers. A value depends on (seed, stream, step, turn, sample, element) only, so blocks begin at
// multiples of four elements, and what a first or last block has outside the range is not spent.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes } from '../../wasm/pointer.ts';
import type { F32, I32, Mask } from '../../wasm/values.ts';
import { emitPhilox, type Block } from './philox.ts';

/** Blocks worked at once, one in each lane. */
const BLOCKS = 4;

export interface Draw {
  readonly seed: I32;
  readonly stream: I32;
  readonly step: I32;
  readonly turn: I32;
  /** Of what sample, where elements count inside one; default 0. */
  readonly sample?: I32;
  /** The element drawn first, below 2^32. */
  readonly first: I32;
  /** How many are drawn. */
  readonly n: I32;
  /** When values may be spent as vectors; always, unless it is given. */
  readonly vectors?: Mask;
}

/** Turns the four words of a block into the values of its four elements. */
export type Values = (words: Block) => readonly F32[];

/** Emits the draw: `spend(i, value)` for i = 0..n-1, one or four at a time. */
export function draw(k: Emitter, range: Draw, values: Values, spend: (i: Lanes, value: F32) => void): void {
  const { seed, stream, step, turn, sample = k.i32(0), first, n, vectors } = range;
  const block = k.var(first.shrUnsigned(2));
  const from = k.var(k.i32(0).sub(first.and(3))); // the block's first element, counted from `first`
  const drawn = (counter: I32): readonly F32[] => {
    const words = emitPhilox(k, [counter.and(0x3fffffff), step, turn, sample], [seed, stream]);
    return values(words).map((value) => k.let(value));
  };
  const inside = k.let(n.sub(BLOCKS * 4));
  const whole = (): Mask => {
    const contained = from.ge(0).and(from.le(inside));
    return vectors === undefined ? contained : contained.and(vectors);
  };

  k.while(
    () => from.lt(n),
    () => {
      k.if(
        whole(),
        () => {
          const rows = transpose(k, drawn(k.iota().add(block)));
          rows.forEach((row, b) => {
            spend({ width: 4, index: from.add(b * 4) }, row);
          });
          block.set(block.add(BLOCKS));
          from.set(from.add(BLOCKS * 4));
        },
        () => {
          drawn(block).forEach((value, word) => {
            const index = k.let(from.add(word));
            k.if(index.ge(0).and(index.lt(n)), () => spend({ width: 1, index }, value));
          });
          block.set(block.add(1));
          from.set(from.add(4));
        },
      );
    },
  );
}

/** From word w of four blocks to block b of four words. */
export function transpose(k: Emitter, [a, b, c, d]: readonly F32[]): F32[] {
  const [low0, low1] = [k.let(a.shuffle(b, [0, 4, 1, 5])), k.let(c.shuffle(d, [0, 4, 1, 5]))];
  const [high0, high1] = [k.let(a.shuffle(b, [2, 6, 3, 7])), k.let(c.shuffle(d, [2, 6, 3, 7]))];
  return [
    low0.shuffle(low1, [0, 1, 4, 5]),
    low0.shuffle(low1, [2, 3, 6, 7]),
    high0.shuffle(high1, [0, 1, 4, 5]),
    high0.shuffle(high1, [2, 3, 6, 7]),
  ];
}
