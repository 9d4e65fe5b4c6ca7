// A phase as several workers run it that share no memory: each has the calls of its units, and of those outside any
// unit what these read. What one computes and another reads becomes a port of both: the one gives it when its part of
// the phase is over, the other takes it before its own begins. So a part must not need what a later worker gives, nor
// may what is given be written again once it was read: the values are then those that one memory would have had.

import type { Buffer, View } from './buffer.ts';
import { ProgramError } from './error.ts';
import type { Operand } from './expression.ts';
import { callsOf, usesIn, type Op, type Use } from './op.ts';
import type { Program } from './program.ts';

/** The number of the worker that runs the calls of a unit. */
export type WorkerOf = (unit: string) => number;

/** A worker's part of a phase. */
export interface Slice {
  readonly ops: readonly Op[];
  /** What workers before it computed: that buffer's port, and whose it is. */
  readonly takes: ReadonlyMap<Buffer, { readonly port: Buffer; readonly from: number }>;
  /** What later workers read. */
  readonly gives: ReadonlyMap<Buffer, Buffer>;
}

/** An operation of a phase, whole, that one worker runs; null: any that needs it. */
interface Block {
  readonly op: Op;
  readonly at: number;
  readonly worker: number | null;
  readonly uses: readonly Use[];
}

/** The units whose calls an operation holds. */
export const unitsIn = (op: Op): string[] => [
  ...new Set(callsOf([op]).flatMap(({ unit }) => (unit === null ? [] : [unit]))),
];

/** Whether a buffer is there after the phase. */
export const lasts = ({ life, port }: Buffer): boolean => life !== 'transient' || port === 'after';

/**
 * The parts of all workers, phase by phase; the last one, the lead, has what leaves a phase outside of units.
 * @throws ProgramError where a worker would have to wait for a later one, or for another one's last step.
 */
export function slicePhases(
  p: Program,
  phases: readonly string[],
  workerOf: WorkerOf,
  workers: number,
): Map<string, Slice[]> {
  const blocks = new Map(
    phases.map((phase) => [phase, (p.phases.get(phase) ?? []).map((op, at) => blockOf(op, at, workerOf))]),
  );
  const owners = new Map<Buffer, number>();
  for (const { worker, uses } of [...blocks.values()].flat()) {
    for (const { buffer, writes } of uses) {
      if (writes && worker !== null && buffer.life !== 'transient') owners.set(buffer, worker);
    }
  }
  return new Map(phases.map((phase) => [phase, slice(p, phase, blocks.get(phase) ?? [], owners, workers)]));
}

function blockOf(op: Op, at: number, workerOf: WorkerOf): Block {
  const [unit] = unitsIn(op);
  return { op, at, worker: unit === undefined ? null : workerOf(unit), uses: usesIn([op]) };
}

function slice(
  p: Program,
  phase: string,
  blocks: readonly Block[],
  owners: ReadonlyMap<Buffer, number>,
  workers: number,
): Slice[] {
  const parts = Array.from({ length: workers }, (_, worker) => {
    const part = partOf(blocks, worker, worker === workers - 1);
    expectOwn(part.kept, owners, worker);
    return part;
  });
  const portOf = (buffer: Buffer, port: 'before' | 'after'): Buffer =>
    p.buffer({ ...buffer, name: `${phase}/${port}/${buffer.name}`, life: 'transient', unit: null, port });
  const slices = parts.map(({ takes }) => ({
    takes: new Map([...takes].map(([buffer, from]) => [buffer, { port: portOf(buffer, 'before'), from }])),
    gives: new Map<Buffer, Buffer>(),
  }));
  for (const { takes } of slices) {
    for (const [buffer, { from }] of takes) {
      const { gives } = slices[from];
      if (!gives.has(buffer)) gives.set(buffer, portOf(buffer, 'after'));
    }
  }
  return slices.map(({ takes, gives }, worker) => {
    const kept = [...parts[worker].kept].sort((a, b) => a.at - b.at);
    const exchange = (buffer: Buffer): Buffer => takes.get(buffer)?.port ?? gives.get(buffer) ?? buffer;
    return {
      takes,
      gives,
      ops: exchanged(
        kept.map(({ op }) => op),
        exchange,
      ),
    };
  });
}

interface PartOf {
  readonly kept: ReadonlySet<Block>;
  readonly takes: ReadonlyMap<Buffer, number>;
}

function partOf(blocks: readonly Block[], worker: number, isLead: boolean): PartOf {
  const kept = new Set(
    blocks.filter((block) => {
      if (block.worker !== null) return block.worker === worker;
      return isLead && block.uses.some(({ writes, buffer }) => writes && lasts(buffer));
    }),
  );
  const takes = new Map<Buffer, number>();
  const open = [...kept];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const { buffer, reads } of block.uses) {
      if (!reads) continue;
      const writers = blocks.filter((other) => writesTo(other, buffer));
      const before = writers.filter(({ at }) => at < block.at);
      const last = before.filter((other) => other.worker !== null && other.worker !== worker).pop();
      if (last !== undefined) {
        expectGiven(block, buffer, last.worker!, worker, writers);
        takes.set(buffer, last.worker!);
      }
      for (const other of before) {
        if (other.worker !== null || kept.has(other) || other.at < (last?.at ?? 0)) continue;
        kept.add(other);
        open.push(other);
      }
    }
  }
  for (const { uses } of kept) {
    const written = uses.find(({ buffer, writes }) => writes && takes.has(buffer));
    if (written !== undefined) throw new ProgramError(`'${written.buffer.name}' is written by two workers`);
  }
  return { kept, takes };
}

/** What lasts is read by its writer alone: another worker would have that of its own last step. */
function expectOwn(kept: ReadonlySet<Block>, owners: ReadonlyMap<Buffer, number>, worker: number): void {
  for (const { op, uses } of kept) {
    const foreign = uses.find(({ buffer, reads }) => reads && (owners.get(buffer) ?? worker) !== worker);
    if (foreign === undefined) continue;
    const why = `'${foreign.buffer.name}' is read by a worker that does not learn it`;
    throw new ProgramError(why, callsOf([op])[0].site);
  }
}

const writesTo = ({ uses }: Block, buffer: Buffer): boolean => uses.some((use) => use.writes && use.buffer === buffer);

function expectGiven(block: Block, buffer: Buffer, from: number, worker: number, writers: readonly Block[]): void {
  const refuse = (what: string): never => {
    const why = `'${buffer.name}' ${what}, so workers would wait for each other`;
    throw new ProgramError(why, callsOf([block.op])[0].site);
  };
  if (from > worker) refuse('is read in front of the unit that computes it');
  if (writers.some(({ at }) => at > block.at)) refuse('is written again once another unit read it');
}

/** The operations with other buffers in them. */
function exchanged(ops: readonly Op[], exchange: (buffer: Buffer) => Buffer): Op[] {
  const viewOf = (view: View): View => ({ ...view, buffer: exchange(view.buffer) });
  const operandOf = (operand: Operand): Operand =>
    typeof operand === 'object' && operand.kind === 'view' ? viewOf(operand) : operand;
  return ops.map((op): Op => {
    if (op.kind === 'loop') return { ...op, body: exchanged(op.body, exchange) };
    if (op.kind === 'when') return { ...op, read: viewOf(op.read), body: exchanged(op.body, exchange) };
    const operands = Object.entries(op.operands).map(([name, operand]) => [name, operandOf(operand)]);
    return { ...op, operands: Object.fromEntries(operands) };
  });
}
