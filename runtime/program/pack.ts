// Packs buffers that live at different times into as few bytes as it can; finding the fewest is NP-hard. A buffer goes
// to the lowest offset that is free for its whole life; what decides is the order of placing. A seeded search improves
// the best of a few orders: by turns the buffer that reaches highest goes earlier, and one goes anywhere.
//
// Blaming what sticks out: Joslin and Clements, Squeaky wheel optimization, JAIR 10 (1999).

import { randomBelow, streamKey, wordReader } from '../simd/parts/philox.ts';
import { aligned, byteLength, type Buffer } from './buffer.ts';
import type { Interval } from './lifetime.ts';

/** For every phase, when each buffer is alive. */
export type Lifetimes = readonly ReadonlyMap<Buffer, Interval>[];

interface Item {
  readonly buffer: Buffer;
  readonly bytes: number;
  /** Its first call in any phase, and its calls in all. */
  readonly start: number;
  readonly length: number;
  /** What is alive with it at some call of some phase. */
  readonly conflicts: Set<Item>;
}

interface Placement {
  readonly order: readonly Item[];
  readonly offsets: ReadonlyMap<Item, number>;
  /** An item that ends where the placement ends. */
  readonly highest: Item;
  readonly bytes: number;
}

/** Tries of the search. Most are cut short: a hundred buffers take about 20 ms, when none of them succeeds. */
const TRIES = 1000;

/** Offsets of the buffers. The search ends when they fit into `enough` bytes: the lower bound. */
export function pack(buffers: readonly Buffer[], lifetimes: Lifetimes, enough: number): Map<Buffer, number> {
  if (buffers.length === 0) return new Map();
  const items = itemsOf(buffers, lifetimes);
  let best = place(items, Infinity)!;
  for (const before of priorities) best = place([...items].sort(before), best.bytes) ?? best;
  const word = wordReader(0, streamKey('pack'), 0);
  for (let turn = 0; turn < TRIES && best.bytes > enough; turn++) {
    const { order, highest } = best;
    const blames = turn % 2 === 0;
    const moved = blames ? highest : order[randomBelow(word, order.length)];
    const places = blames ? order.indexOf(highest) + 1 : order.length;
    const next = order.filter((item) => item !== moved);
    next.splice(randomBelow(word, places), 0, moved);
    best = place(next, best.bytes) ?? best;
  }
  return new Map([...best.offsets].map(([{ buffer }, offset]) => [buffer, offset]));
}

const largestFirst = (a: Item, b: Item): number => b.bytes - a.bytes || a.start - b.start;

const priorities: readonly ((a: Item, b: Item) => number)[] = [
  largestFirst,
  (a, b) => b.bytes * b.length - a.bytes * a.length,
  (a, b) => b.length - a.length || largestFirst(a, b),
  (a, b) => a.start - b.start || largestFirst(a, b),
];

/** Places items in this order, or gives null when they end above `most`. */
function place(order: readonly Item[], most: number): Placement | null {
  const offsets = new Map<Item, number>();
  let [highest, bytes] = [order[0], 0];
  for (const item of order) {
    const taken: Interval[] = [];
    for (const other of item.conflicts) {
      const start = offsets.get(other);
      if (start !== undefined) taken.push({ start, end: start + other.bytes });
    }
    let offset = 0;
    for (const { start, end } of taken.sort((a, b) => a.start - b.start)) {
      if (offset + item.bytes <= start) break;
      offset = aligned(Math.max(offset, end), item.buffer);
    }
    if (offset + item.bytes > most) return null;
    offsets.set(item, offset);
    if (offset + item.bytes > bytes) [highest, bytes] = [item, offset + item.bytes];
  }
  return { order, offsets, highest, bytes };
}

function itemsOf(buffers: readonly Buffer[], lifetimes: Lifetimes): Item[] {
  const items = new Map(
    buffers.map((buffer): [Buffer, Item] => {
      const intervals = lifetimes.flatMap((alive) => alive.get(buffer) ?? []);
      const start = Math.min(...intervals.map((interval) => interval.start));
      const length = intervals.reduce((total, interval) => total + interval.end - interval.start + 1, 0);
      return [buffer, { buffer, bytes: byteLength(buffer), start, length, conflicts: new Set() }];
    }),
  );
  for (const alive of lifetimes) {
    for (const [a, { start, end }] of alive) {
      for (const [b, other] of alive) {
        if (a !== b && start <= other.end && other.start <= end) items.get(a)!.conflicts.add(items.get(b)!);
      }
    }
  }
  return [...items.values()];
}
