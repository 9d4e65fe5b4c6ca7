// What a recorded program reads and writes, and what follows for locality. Nothing here is told by the rule: the claims
// are computed from the data flow of its calls. (That calls touch no more than they declare, poison.ts tests.)
//
//   update locked     a unit's update depends on the forward pass of a unit behind it, so it must wait for that
//   backward locked   it depends on something else that a unit behind it computed (a delta handed back)
//   weight transport  it depends, outside the forward pass, on a forward weight of a unit behind it (what the int8
//                     values of a tensor mean, its scale and zero point, is no weight)
//   delayed           it depends on what a unit behind it left in an earlier step: no lock, but no locality either
//
// What is trained is what lasts, is written by training and read by `predict` (and every parameter, and what int8
// values mean, of layers too that answer without): its role alone would be the rule's word. It belongs to the unit
// whose calls write it; units that write the same weight are one. A unit is behind another if its forward pass reads,
// however indirectly, what the other's computed. A call belongs to the unit it was recorded in, and to the units whose
// weights it reads, wherever it was recorded.
//
// The forward pass is all that leads to the network's output and loss. The loss and its derivative belong to no unit.
// Nothing passes through a weight, since who writes it is judged for itself; all else passes within a step, round loops
// too. In doubt a rule counts as locked: all calls that write a part of a buffer are causes of one that reads any part
// of it later.
//
// Terms: Jaderberg et al., Decoupled neural interfaces, 2017 (locking); Lillicrap et al., 2016 (weight transport).

import type { Buffer, LoopIndex } from './buffer.ts';
import { capacity } from './dim.ts';
import { ProgramError } from './error.ts';
import { callsOf, conditionOf, usesOf, type Call, type Op, type Use } from './op.ts';
import type { Program } from './program.ts';

export interface Locality {
  readonly backwardLocked: boolean;
  readonly updateLocked: boolean;
  readonly weightTransport: boolean;
  readonly delayed: boolean;
}

/** A rule that makes everything one unit locks nothing, so the units are part of the result. */
export interface Proof {
  readonly locality: Locality;
  /** The number of units that learn. */
  readonly units: number;
  /** The share of the trained values that the largest unit holds. */
  readonly largestShare: number;
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

/**
 * The locality of all training phases together, in the order in which they run.
 * @throws ProgramError if something trained is written outside any unit.
 */
export function analyse(program: Program, phases: readonly string[], predict = 'predict'): Proof {
  const training = placed(phases.flatMap((phase) => program.phases.get(phase) ?? []));
  const asking = placed(program.phases.get(predict) ?? []);
  const meanings = new Set(
    program.buffers.flatMap(({ quantization }) => (quantization ? [quantization.scale, quantization.zero] : [])),
  );
  const weights = trainedBuffers(training, asking, meanings);
  const units = new Units(training, weights);
  const flow = sources(training, { through: (buffer) => !weights.has(buffer), acrossSteps: false });
  const ever = sources(training, { through: (buffer) => !weights.has(buffer), acrossSteps: true });
  const outputs = training.filter(({ uses }) => uses.some(({ buffer, writes }) => writes && buffer.port === 'after'));
  const forward = closure(outputs, flow);
  const ofLoss = lossCalls(training, flow, weights);
  const isBehind = behind(
    units,
    [...forward].sort((a, b) => a.at - b.at),
    asking,
  );
  const weightsRead = ({ uses }: Placed): Buffer[] =>
    uses.flatMap(({ buffer, reads }) => (reads && weights.has(buffer) ? [buffer] : []));
  const forwardWeights = new Set([...forward].flatMap(weightsRead));

  const locality = { backwardLocked: false, updateLocked: false, weightTransport: false, delayed: false };
  for (const update of training) {
    if (!update.uses.some(({ buffer, writes }) => writes && weights.has(buffer))) continue;
    const own = units.of(update.call.unit);
    const now = closure([update], flow);
    for (const cause of closure([update], ever)) {
      const weightsBehind = weightsRead(cause).filter((weight) => isBehind(units.owner(weight), own));
      if (ofLoss.has(cause) || (!isBehind(units.of(cause.call.unit), own) && weightsBehind.length === 0)) continue;
      if (now.has(cause)) locality.updateLocked = true;
      else locality.delayed = true;
      if (forward.has(cause)) continue;
      if (now.has(cause)) locality.backwardLocked = true;
      if (weightsBehind.some((weight) => forwardWeights.has(weight) && !meanings.has(weight)))
        locality.weightTransport = true;
    }
  }
  return { locality, ...units.sizes() };
}

/** A call with what it and the conditions around it touch, its place in the order, and the loops around it. */
interface Placed {
  readonly call: Call;
  readonly at: number;
  readonly uses: readonly Use[];
  readonly loops: readonly LoopIndex[];
}

function placed(ops: readonly Op[]): Placed[] {
  const found: Placed[] = [];
  const walk = (inner: readonly Op[], loops: readonly LoopIndex[], conditions: readonly Use[]): void => {
    for (const op of inner) {
      if (op.kind === 'call') {
        found.push({ call: op, at: found.length, uses: [...usesOf(op), ...conditions], loops });
      } else if (op.kind === 'loop') walk(op.body, [...loops, op.index], conditions);
      else walk(op.body, loops, [...conditions, conditionOf(op)]);
    }
  };
  walk(ops, [], []);
  return found;
}

/** What training changes and `predict` reads, and every parameter and meaning that training changes. */
function trainedBuffers(
  training: readonly Placed[],
  asking: readonly Placed[],
  meanings: ReadonlySet<Buffer>,
): Set<Buffer> {
  const asked = new Set(asking.flatMap(({ uses }) => uses.flatMap(({ buffer, reads }) => (reads ? [buffer] : []))));
  const written = training.flatMap(({ uses }) => uses.flatMap(({ buffer, writes }) => (writes ? [buffer] : [])));
  return new Set(
    written.filter(
      (buffer) =>
        buffer.role === 'parameter' ||
        meanings.has(buffer) ||
        (buffer.life !== 'transient' && buffer.port === null && asked.has(buffer)),
    ),
  );
}

/** The units that learn: names joined where several write one weight. */
class Units {
  /** For each name that was joined to another one, that one. */
  readonly #joined = new Map<string, string>();
  readonly #writers = new Map<Buffer, string>();

  constructor(training: readonly Placed[], weights: ReadonlySet<Buffer>) {
    for (const { call, uses } of training) {
      for (const { buffer, writes } of uses) {
        if (!writes || !weights.has(buffer)) continue;
        if (call.unit === null) {
          throw new ProgramError(`'${buffer.name}' is trained by ${call.kernel.name} outside any unit`, call.site);
        }
        const [other, own] = [this.#writers.get(buffer), this.of(call.unit)];
        if (other !== undefined && this.of(other) !== own) this.#joined.set(own!, this.of(other)!);
        this.#writers.set(buffer, call.unit);
      }
    }
  }

  /** The unit that a name stands for. */
  of(name: string | null): string | null {
    let unit = name;
    for (let next = unit; next != null; next = this.#joined.get(next) ?? null) unit = next;
    return unit;
  }

  /** The unit that trains a weight, or where none does, the one it was made in. */
  owner(weight: Buffer): string | null {
    return this.of(this.#writers.get(weight) ?? weight.unit);
  }

  sizes(): Pick<Proof, 'units' | 'largestShare'> {
    const values = new Map<string | null, number>();
    for (const weight of this.#writers.keys()) {
      const count = weight.shape.reduce((total, axis) => total * capacity(axis), 1);
      values.set(this.owner(weight), (values.get(this.owner(weight)) ?? 0) + count);
    }
    const all = [...values.values()];
    const total = all.reduce((sum, count) => sum + count, 0);
    return { units: values.size, largestShare: total === 0 ? 0 : Math.max(...all) / total };
  }
}

/** Whether a unit is behind another: in `predict`, or in the forward pass of training, it reads what that computed. */
function behind(
  units: Units,
  forward: readonly Placed[],
  asking: readonly Placed[],
): (unit: string | null, front: string | null) => boolean {
  const inFront = new Map<string | null, Set<string | null>>();
  for (const calls of [forward, asking]) {
    const straight = calls.map((call) => ({ ...call, loops: [] }));
    const flow = sources(straight, { through: () => true, acrossSteps: false });
    for (const call of straight) {
      const unit = units.of(call.call.unit);
      const known = inFront.get(unit) ?? new Set();
      inFront.set(unit, known);
      for (const cause of closure([call], flow)) known.add(units.of(cause.call.unit));
    }
  }
  return (unit, front) => unit !== null && unit !== front && (inFront.get(unit)?.has(front) ?? false);
}

type Flow = ReadonlyMap<Placed, ReadonlySet<Placed>>;

/**
 * For each call those whose results it may read: written before it, or in an earlier turn of a common loop; and, if
 * `acrossSteps`, by any call into what lasts.
 */
function sources(
  calls: readonly Placed[],
  { through, acrossSteps }: { readonly through: (buffer: Buffer) => boolean; readonly acrossSteps: boolean },
): Flow {
  const writers = new Map<Buffer, Placed[]>();
  for (const entry of calls) {
    for (const { buffer, writes } of entry.uses) {
      if (writes) writers.set(buffer, [...(writers.get(buffer) ?? []), entry]);
    }
  }
  return new Map(
    calls.map((entry) => {
      const found = new Set<Placed>();
      for (const { buffer, reads } of entry.uses) {
        if (!reads || !through(buffer)) continue;
        const lasts = acrossSteps && buffer.life !== 'transient';
        for (const writer of writers.get(buffer) ?? []) {
          const isRound = writer.loops.some((loop) => entry.loops.includes(loop));
          if (writer.at < entry.at || isRound || lasts) found.add(writer);
        }
      }
      return [entry, found];
    }),
  );
}

/** Calls that compute from the network's input, output, label and counts alone: no unit's work, wherever recorded. */
function lossCalls(calls: readonly Placed[], flow: Flow, weights: ReadonlySet<Buffer>): Set<Placed> {
  const found = new Set(calls);
  const isOfLoss = (entry: Placed): boolean =>
    entry.uses.every(({ buffer, reads }) => {
      if (!reads || buffer.port !== null) return true;
      if (buffer.unit === null && buffer.life === 'persistent' && !weights.has(buffer)) return true;
      const writers = [...flow.get(entry)!].filter(({ uses }) =>
        uses.some((use) => use.writes && use.buffer === buffer),
      );
      return writers.length > 0 && writers.every((writer) => found.has(writer));
    });
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const entry of found) if (!isOfLoss(entry)) found.delete(entry);
  }
  return found;
}

function closure(start: readonly Placed[], flow: Flow): Set<Placed> {
  const reached = new Set(start);
  const open = [...start];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    for (const cause of flow.get(entry) ?? []) {
      if (reached.has(cause)) continue;
      reached.add(cause);
      open.push(cause);
    }
  }
  return reached;
}
