// Packs buffers that live at different times into as few bytes as it can; finding the fewest is NP-hard. A buffer goes to
// the lowest offset that is free for its whole life; what decides is the order. The best of a few orders is improved by
// squeaky wheel optimisation (Joslin and Clements, JAIR 10, 1999): the buffer that reaches highest goes earlier next time.

import { randomBelow, streamKey, wordReader } from '../simd/philox.ts';
import { byteLength, type Buffer } from './buffer.ts';
import type { Interval } from './lifetime.ts';

/** When each buffer is alive, for every phase. */
export type Lifetimes = readonly ReadonlyMap<Buffer, Interval>[];

interface Placement {
  readonly order: readonly Buffer[];
  readonly offsets: ReadonlyMap<Buffer, number>;
  /** A buffer that ends where the placement ends. */
  readonly highest: Buffer;
  readonly bytes: number;
}

/** Tries of the search: hundreds of buffers take some milliseconds. */
const TURNS = 200;

/** Offsets of the buffers; the search ends when they fit into `enough` bytes. */
export function pack(buffers: readonly Buffer[], lifetimes: Lifetimes, enough: number): ReadonlyMap<Buffer, number> {
  if (buffers.length === 0) return new Map();
  const conflicts = conflictsOf(buffers, lifetimes);
  let best = orders(buffers, lifetimes)
    .map((order) => place(order, conflicts))
    .reduce((least, next) => (next.bytes < least.bytes ? next : least));
  const word = wordReader(0, streamKey('pack'), 0);
  for (let turn = 0; turn < TURNS && best.bytes > enough; turn++) {
    const order = best.order.filter((buffer) => buffer !== best.highest);
    order.splice(randomBelow(word, best.order.indexOf(best.highest) + 1), 0, best.highest);
    const next = place(order, conflicts);
    if (next.bytes <= best.bytes) best = next;
  }
  return best.offsets;
}

/** The largest first, the largest in bytes times calls, the longest lived, the first. */
function orders(buffers: readonly Buffer[], lifetimes: Lifetimes): Buffer[][] {
  const lengths = new Map(buffers.map((buffer) => [buffer, lifetimes.reduce((sum, alive) => sum + span(alive.get(buffer)), 0)]));
  const starts = new Map(buffers.map((buffer) =>
    [buffer, Math.min(...lifetimes.map((alive) => alive.get(buffer)?.start ?? Infinity))]));
  const length = (buffer: Buffer): number => lengths.get(buffer) ?? 0;
  const start = (buffer: Buffer): number => starts.get(buffer) ?? 0;
  const bySize = (a: Buffer, b: Buffer): number => byteLength(b) - byteLength(a) || start(a) - start(b);
  return [
    [...buffers].sort(bySize),
    [...buffers].sort((a, b) => byteLength(b) * length(b) - byteLength(a) * length(a)),
    [...buffers].sort((a, b) => length(b) - length(a) || bySize(a, b)),
    [...buffers].sort((a, b) => start(a) - start(b) || bySize(a, b)),
  ];
}

function place(order: readonly Buffer[], conflicts: ReadonlyMap<Buffer, ReadonlySet<Buffer>>): Placement {
  const offsets = new Map<Buffer, number>();
  let [highest, bytes] = [order[0], 0];
  for (const buffer of order) {
    const size = byteLength(buffer);
    const taken: Interval[] = [];
    for (const other of conflicts.get(buffer) ?? []) {
      const start = offsets.get(other);
      if (start !== undefined) taken.push({ start, end: start + byteLength(other) });
    }
    let offset = 0;
    for (const { start, end } of taken.sort((a, b) => a.start - b.start)) {
      if (offset + size <= start) break;
      offset = Math.max(offset, end);
    }
    offsets.set(buffer, offset);
    if (offset + size > bytes) [highest, bytes] = [buffer, offset + size];
  }
  return { order, offsets, highest, bytes };
}

/** For each buffer those that are alive with it at some call of some phase. */
function conflictsOf(buffers: readonly Buffer[], lifetimes: Lifetimes): Map<Buffer, Set<Buffer>> {
  const conflicts = new Map(buffers.map((buffer) => [buffer, new Set<Buffer>()]));
  for (const alive of lifetimes) {
    for (const [a, { start, end }] of alive) {
      for (const [b, other] of alive) if (a !== b && start <= other.end && other.start <= end) conflicts.get(a)?.add(b);
    }
  }
  return conflicts;
}

const span = (interval: Interval | undefined): number => (interval === undefined ? 0 : interval.end - interval.start + 1);
