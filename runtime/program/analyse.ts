// What a recorded program reads and writes, and what follows for locality. Nothing here is told by the rule: the claims
// are computed from the data flow of its calls. (That calls touch no more than they declare, poison.ts tests.)
//
//   update locked     a unit's update depends on the forward pass of a unit behind it, so it must wait for that
//   backward locked   it depends on something else that a unit behind it computed (a delta handed back)
//   weight transport  it depends, outside the forward pass, on a forward weight of a unit behind it
//
// The forward pass is all that leads to the network's output and loss. The loss and its derivative belong to no unit. A
// call belongs to the unit it was recorded in, and to the units whose weights it reads, wherever it was recorded. What
// earlier steps left in weights and state locks nothing. In doubt a rule counts as locked: all calls that write a part
// of a buffer are causes of one that reads any part of it later.
//
// Terms: Jaderberg et al., Decoupled neural interfaces, 2017 (locking); Lillicrap et al., 2016 (weight transport).

import type { Buffer } from './buffer.ts';
import { callsOf, usesOf, type Use } from './lifetime.ts';
import type { Call, Program, Step } from './program.ts';

export interface Locality {
  readonly backwardLocked: boolean;
  readonly updateLocked: boolean;
  readonly weightTransport: boolean;
}

export interface UnitAccess {
  /** The name of the unit; 'shared' for calls outside any. */
  readonly unit: string;
  /** Names of the buffers it reads that it did not write before. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export const unitOf = ({ unit }: Call): string => unit ?? 'shared';

/** What each unit reads from outside and writes, in a phase. */
export function accesses(program: Program, phase: string): UnitAccess[] {
  const calls = callsOf(program.phases.get(phase) ?? []);
  return [...new Set(calls.map(unitOf))].map((unit) => {
    const { reads, writes } = accessesOf(calls.filter((call) => unitOf(call) === unit));
    return { unit, reads: [...reads].map(({ name }) => name), writes: [...writes].map(({ name }) => name) };
  });
}

/** What calls read of what was there before them, and all they write. */
export function accessesOf(calls: readonly Call[]): { reads: Set<Buffer>; writes: Set<Buffer> } {
  const [reads, writes] = [new Set<Buffer>(), new Set<Buffer>()];
  for (const uses of calls.map(usesOf)) {
    for (const use of uses) if (use.reads && !writes.has(use.buffer)) reads.add(use.buffer);
    for (const use of uses) if (use.writes) writes.add(use.buffer);
  }
  return { reads, writes };
}

/** The locality of all training phases together. `order` lists the units from input to output. */
export function analyse(program: Program, phases: readonly string[], order: readonly string[]): Locality {
  const uses = new Map<Call, Use[]>();
  const calls = phases.flatMap((phase) => turned(program.phases.get(phase) ?? []));
  for (const call of calls) uses.set(call, usesOf(call));
  const flow = sources(calls, uses);
  const isOutput = ({ buffer, writes }: Use): boolean => writes && buffer.port === 'after';
  const forward = closure([...uses.keys()].filter((call) => uses.get(call)!.some(isOutput)), flow);
  const ofLoss = lossCalls(calls, uses, flow);
  const weightsRead = (call: Call): Buffer[] =>
    uses.get(call)!.flatMap(({ buffer, reads }) => (reads && buffer.role === 'parameter' ? [buffer] : []));
  const forwardWeights = new Set([...forward].flatMap(weightsRead));
  const position = (unit: string | null): number => order.indexOf(unit ?? '');

  const result = { backwardLocked: false, updateLocked: false, weightTransport: false };
  for (const [update, touched] of uses) {
    for (const { buffer, writes } of touched) {
      const own = position(buffer.unit);
      if (!writes || buffer.role !== 'parameter' || own < 0) continue;
      const isBehind = (unit: string | null): boolean => position(unit) > own;
      for (const cause of closure([update], flow)) {
        const weightsBehind = weightsRead(cause).filter(({ unit }) => isBehind(unit));
        if (ofLoss.has(cause) || (!isBehind(cause.unit) && weightsBehind.length === 0)) continue;
        result.updateLocked = true;
        if (forward.has(cause)) continue;
        result.backwardLocked = true;
        if (weightsBehind.some((weight) => forwardWeights.has(weight))) result.weightTransport = true;
      }
    }
  }
  return result;
}

/** The calls in the order they run, with two turns of every loop: the second reads what the first left. */
const turned = (steps: readonly Step[]): Call[] => steps.flatMap((step) => {
  if (step.kind === 'call') return [step];
  const body = turned(step.body);
  return step.kind === 'loop' ? [...body, ...body] : body;
});

/** For each call the earlier ones of the same step whose results it may read. */
function sources(calls: readonly Call[], uses: ReadonlyMap<Call, readonly Use[]>): Map<Call, Set<Call>> {
  const writers = new Map<Buffer, Set<Call>>();
  const flow = new Map<Call, Set<Call>>([...uses.keys()].map((call) => [call, new Set()]));
  for (const call of calls) {
    for (const { buffer, reads } of uses.get(call)!) {
      if (reads) for (const writer of writers.get(buffer) ?? []) flow.get(call)!.add(writer);
    }
    for (const { buffer, writes } of uses.get(call)!) {
      if (writes) writers.set(buffer, (writers.get(buffer) ?? new Set<Call>()).add(call));
    }
  }
  return flow;
}

/** Calls that compute from the network's input, output, label and counts alone: no unit's work, wherever recorded. */
function lossCalls(
  calls: readonly Call[], uses: ReadonlyMap<Call, readonly Use[]>, flow: ReadonlyMap<Call, ReadonlySet<Call>>,
): Set<Call> {
  const found = new Set<Call>();
  for (const call of calls) {
    const isOfLoss = uses.get(call)!.every(({ buffer, reads }) => {
      if (!reads || buffer.port !== null || (buffer.unit === null && buffer.life === 'persistent')) return true;
      const writers = [...flow.get(call)!].filter((cause) =>
        uses.get(cause)!.some((use) => use.writes && use.buffer === buffer));
      return writers.length > 0 && writers.every((writer) => found.has(writer));
    });
    if (isOfLoss) found.add(call);
  }
  return found;
}

function closure(start: readonly Call[], flow: ReadonlyMap<Call, ReadonlySet<Call>>): Set<Call> {
  const reached = new Set(start);
  const open = [...start];
  for (let call = open.pop(); call !== undefined; call = open.pop()) {
    for (const cause of flow.get(call) ?? []) {
      if (reached.has(cause)) continue;
      reached.add(cause);
      open.push(cause);
    }
  }
  return reached;
}
