// When each transient buffer is alive: for every phase, from its first to its last use in the order of recorded calls.
// A buffer that is live into a loop, carried from one turn to the next, or filled part by part over the turns, lives
// through all of the loop.

import type { Buffer, LoopIndex } from './buffer.ts';
import { callsOf, conditionOf, usesOf, type Op, type Use } from './op.ts';
import type { Program } from './program.ts';

/** Inclusive range of call numbers within a phase. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

interface Mention extends Use {
  readonly at: number;
  /** The loops around it, outermost first. */
  readonly loops: readonly LoopRange[];
}

interface LoopRange extends Interval {
  readonly index: LoopIndex;
}

/**
 * The interval of every transient buffer used in the phase; a port lives from before its first call, or to behind its
 * last.
 */
export function lifetimes(program: Program, phase: string): Map<Buffer, Interval> {
  const mentions = new Map<Buffer, Mention[]>();
  const calls = walk(program.phases.get(phase) ?? [], 0, [], (mention) => {
    if (mention.buffer.life !== 'transient') return;
    const list = mentions.get(mention.buffer);
    if (list === undefined) mentions.set(mention.buffer, [mention]);
    else list.push(mention);
  });
  return new Map([...mentions].map(([buffer, list]) => [buffer, intervalOf(buffer, list, calls)]));
}

type Visit = (mention: Mention) => void;

function walk(ops: readonly Op[], from: number, loops: readonly LoopRange[], visit: Visit): number {
  let at = from;
  for (const op of ops) {
    if (op.kind === 'call') {
      for (const use of usesOf(op)) visit({ ...use, at, loops });
      at++;
    } else if (op.kind === 'when') {
      visit({ ...conditionOf(op), at, loops });
      at = walk(op.body, at, loops, visit);
    } else {
      const range = { start: at, end: at + callsOf(op.body).length - 1, index: op.index };
      at = walk(op.body, at, [...loops, range], visit);
    }
  }
  return at;
}

function intervalOf(buffer: Buffer, mentions: readonly Mention[], calls: number): Interval {
  let start = buffer.port === 'before' ? -1 : mentions[0].at;
  let end = buffer.port === 'after' ? calls : mentions[mentions.length - 1].at;
  for (const { loops } of mentions) {
    for (const loop of loops) {
      const inside = mentions.filter(({ at }) => at >= loop.start && at <= loop.end);
      const leaves = inside.length < mentions.length || buffer.port !== null;
      const isFilledInParts = inside.some(({ moves }) => moves.includes(loop.index));
      if (!leaves && !isFilledInParts && !inside[0].reads) continue;
      start = Math.min(start, loop.start);
      end = Math.max(end, loop.end);
    }
  }
  return { start, end };
}
