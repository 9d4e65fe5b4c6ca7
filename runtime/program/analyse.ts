// What a recorded program reads and writes, and what follows for locality. Nothing here is told by the rule: the claims are
// computed from the data flow of its calls.
//
//   update locked     a unit's update depends on the forward pass of a unit behind it, so it must wait for that
//   backward locked   it depends on something computed outside the forward pass by a unit behind it (a delta handed back)
//   weight transport  computing its update reads another unit's forward weights outside the forward pass
//
// Terms: Jaderberg et al., Decoupled neural interfaces, 2017 (locking); Lillicrap et al., 2016 (weight transport).

import type { Buffer } from './buffer.ts';
import { callsOf, usesOf } from './lifetime.ts';
import type { Call, Program } from './program.ts';

export interface Locality {
  readonly backwardLocked: boolean;
  readonly updateLocked: boolean;
  readonly weightTransport: boolean;
}

export interface UnitAccess {
  readonly unit: string;
  /** Names of the buffers it reads that it did not write before. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** What each unit reads from outside and writes, in a phase. */
export function accesses(program: Program, phase: string): UnitAccess[] {
  const units = new Map<string, { reads: Set<string>; writes: Set<string> }>();
  for (const call of callsOf(program.phases.get(phase) ?? [])) {
    const unit = call.unit ?? 'shared';
    const entry = units.get(unit) ?? { reads: new Set(), writes: new Set() };
    units.set(unit, entry);
    for (const { buffer, reads } of usesOf(call)) if (reads && !entry.writes.has(buffer.name)) entry.reads.add(buffer.name);
    for (const { buffer, writes } of usesOf(call)) if (writes) entry.writes.add(buffer.name);
  }
  return [...units].map(([unit, { reads, writes }]) => ({ unit, reads: [...reads], writes: [...writes] }));
}

/** The locality of all training phases together. `order` lists the units from input to output. */
export function analyse(program: Program, phases: readonly string[], order: readonly string[]): Locality {
  const found = phases.map((phase) => analysePhase(callsOf(program.phases.get(phase) ?? []), order));
  const any = (key: keyof Locality): boolean => found.some((locality) => locality[key]);
  return { backwardLocked: any('backwardLocked'), updateLocked: any('updateLocked'), weightTransport: any('weightTransport') };
}

function analysePhase(calls: readonly Call[], order: readonly string[]): Locality {
  const flow = sources(calls);
  const output = calls.filter((call) => usesOf(call).some(({ buffer, writes }) => writes && buffer.port === 'after'));
  const forward = closure(output, flow);
  const result = { backwardLocked: false, updateLocked: false, weightTransport: false };
  const isForwardWeight = (buffer: Buffer): boolean =>
    [...forward].some((call) => usesOf(call).some(({ buffer: used, reads }) => used === buffer && reads));
  for (const call of calls) {
    const own = order.indexOf(call.unit ?? '');
    if (own < 0 || !updatesParameter(call)) continue;
    for (const cause of closure([call], flow)) {
      if (order.indexOf(cause.unit ?? '') <= own) continue;
      if (forward.has(cause)) {
        result.updateLocked = true;
        continue;
      }
      result.backwardLocked = true;
      const transported = usesOf(cause).some(({ buffer, reads }) =>
        reads && buffer.role === 'parameter' && buffer.unit !== call.unit && isForwardWeight(buffer));
      if (transported) result.weightTransport = true;
    }
  }
  return { ...result, updateLocked: result.updateLocked || result.backwardLocked };
}

const updatesParameter = (call: Call): boolean =>
  usesOf(call).some(({ buffer, writes }) => writes && buffer.role === 'parameter');

/** For each call the earlier calls whose results it reads. Parameters carry last step's values: they are no source. */
function sources(calls: readonly Call[]): Map<Call, Call[]> {
  const writers = new Map<Buffer, Call[]>();
  const flow = new Map<Call, Call[]>();
  for (const call of calls) {
    const uses = usesOf(call);
    flow.set(call, uses.flatMap(({ buffer, reads }) => (reads && buffer.life === 'transient' ? writers.get(buffer) ?? [] : [])));
    for (const { buffer, reads, writes } of uses) {
      if (writes) writers.set(buffer, reads ? [...(writers.get(buffer) ?? []), call] : [call]);
    }
  }
  return flow;
}

function closure(start: readonly Call[], flow: ReadonlyMap<Call, readonly Call[]>): Set<Call> {
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
