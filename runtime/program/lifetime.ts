// When each transient buffer is alive: for every phase, from its first to its last use in the order of recorded calls.
// A buffer that is live into a loop, carried from one turn to the next, or filled part by part over the turns, lives
// through all of the loop.

import type { Buffer, LoopIndex } from './buffer.ts';
import type { Call, Program, Step, When } from './program.ts';

/** Inclusive range of call numbers within a phase. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

export interface Use {
  readonly buffer: Buffer;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Loops of which every turn touches another part of the buffer. */
  readonly moves: readonly LoopIndex[];
}

/** What a call touches, by its kernel's declared accesses; a scratch pointer is written before it is read. */
export function usesOf({ kernel, operands }: Call): Use[] {
  return Object.entries(operands).flatMap(([name, operand]) => {
    if (typeof operand !== 'object' || operand.kind !== 'view') return [];
    const parameter = kernel.parameters[name];
    const access = parameter.kind === 'pointer' ? parameter.access : 'in';
    const writes = access !== 'in';
    const { buffer, offset } = operand;
    const moves = offset.terms.map(({ index }) => index);
    return [{ buffer, reads: access === 'in' || access === 'inOut', writes, moves }];
  });
}

/** What a condition touches: it is read before the first call of its body. */
export const conditionOf = ({ read: { buffer, offset } }: When): Use =>
  ({ buffer, reads: true, writes: false, moves: offset.terms.map(({ index }) => index) });

/** The calls of a list of steps, in recorded order, loops unrolled once. */
export function callsOf(steps: readonly Step[]): Call[] {
  return steps.flatMap((step) => (step.kind === 'call' ? [step] : callsOf(step.body)));
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
 * The interval of every transient buffer used in the phase. The host may fill every port before any phase, so one that
 * the phase does not use is alive for that moment too, and shares no byte with another port.
 */
export function lifetimes(program: Program, phase: string): Map<Buffer, Interval> {
  const mentions = new Map<Buffer, Mention[]>();
  const calls = walk(program.phases.get(phase) ?? [], 0, [], (mention) => {
    if (mention.buffer.life !== 'transient') return;
    const list = mentions.get(mention.buffer);
    if (list === undefined) mentions.set(mention.buffer, [mention]);
    else list.push(mention);
  });
  const filled = program.buffers.filter(({ port }) => port === 'before');
  return new Map([
    ...filled.map((buffer) => [buffer, { start: -1, end: -1 }] as const),
    ...[...mentions].map(([buffer, list]) => [buffer, intervalOf(buffer, list, calls)] as const),
  ]);
}

type Visit = (mention: Mention) => void;

function walk(steps: readonly Step[], from: number, loops: readonly LoopRange[], visit: Visit): number {
  let at = from;
  for (const step of steps) {
    if (step.kind === 'call') {
      for (const use of usesOf(step)) visit({ ...use, at, loops });
      at++;
    } else if (step.kind === 'when') {
      visit({ ...conditionOf(step), at, loops });
      at = walk(step.body, at, loops, visit);
    } else {
      const range = { start: at, end: at + callsOf(step.body).length - 1, index: step.index };
      at = walk(step.body, at, [...loops, range], visit);
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
