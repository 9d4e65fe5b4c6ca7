// Gives every buffer its address before any memory exists. Persistent buffers stand for themselves; transients share
// one arena, in which two buffers may overlap unless both are alive at some call of some phase. Persistent buffers of
// whole vectors come first, then the arena, then the rest in falling size of their elements: so nothing is lost to
// alignment but what bytes among words of the arena may cost.

import { aligned, byteLength, type Buffer, type Role } from './buffer.ts';
import { bytesPerElement } from '../wasm/pointer.ts';
import { lifetimes, type Interval } from './lifetime.ts';
import { callsOf, usesIn } from './op.ts';
import { pack } from './pack.ts';
import { bytesOf, type Program } from './program.ts';

export const PAGE = 65536;
const VECTOR = 16;

export interface Plan {
  readonly addresses: ReadonlyMap<Buffer, number>;
  /** All bytes of the plan, from address 0. */
  readonly bytes: number;
  /** What no plan can undercut: the bytes alive at the fullest moment. */
  readonly lowerBound: { readonly transients: number; readonly whole: number };
  /** Bytes the transients take, shared. */
  readonly arena: number;
  /** Bytes alive at the fullest moment, by role. They add up to `lowerBound.whole`. */
  readonly byRole: Readonly<Partial<Record<Role, number>>>;
  /** Bytes of transients alive at each call, by phase. */
  readonly timeline: ReadonlyMap<string, readonly number[]>;
}

/** Thrown when a plan needs more than the budget, or more than 32-bit pointers reach. */
export class BudgetError extends Error {
  override name = 'BudgetError';
  readonly needed: number;
  readonly budget: number;

  constructor(needed: number, budget: number, advice = '') {
    super(`this needs ${needed} bytes, but the budget is ${budget} bytes${advice}`);
    this.needed = needed;
    this.budget = budget;
  }
}

const ADDRESS_LIMIT = 2 ** 31;

/** @throws BudgetError for more bytes than 32-bit addresses reach. */
export function expectReach(bytes: number): void {
  if (bytes > ADDRESS_LIMIT) throw new BudgetError(bytes, ADDRESS_LIMIT, ', the reach of 32-bit addresses');
}

/** @throws RangeError for a buffer that the plan left out. */
export function addressOf({ addresses }: Pick<Plan, 'addresses'>, buffer: Buffer): number {
  const address = addresses.get(buffer);
  if (address === undefined) throw new RangeError(`the plan has no address for '${buffer.name}'`);
  return address;
}

/** `share: false` gives every transient its own bytes, for the proofs of locality. */
export function plan(program: Program, { share = true } = {}): Plan {
  const phases = new Map([...program.phases.keys()].map((name) => [name, lifetimes(program, name)]));
  const callCount = (name: string): number => callsOf(program.phases.get(name) ?? []).length;
  const timeline = new Map([...phases].map(([name, alive]) => [name, liveBytes(alive, callCount(name))]));
  const mentioned = new Set([...program.phases.values()].flatMap(usesIn).map(({ buffer }) => buffer));
  const standing = program.buffers.filter(
    (buffer) => buffer.life !== 'transient' && (mentioned.has(buffer) || program.host.has(buffer)),
  );
  const transients = [...new Set([...phases.values()].flatMap((alive) => [...alive.keys()]))];

  const addresses = new Map<Buffer, number>();
  let top = 0;
  const place = (buffers: Buffer[]): void => {
    for (const buffer of buffers) {
      const address = aligned(top, buffer);
      addresses.set(buffer, address);
      top = address + byteLength(buffer);
    }
  };
  const wholeVectors = (buffer: Buffer): boolean => byteLength(buffer) % VECTOR === 0;
  place(standing.filter(wholeVectors));
  const base = top;
  const peak = Math.max(0, ...[...timeline.values()].flat());
  for (const [buffer, offset] of share ? pack(transients, [...phases.values()], peak) : stack(transients)) {
    addresses.set(buffer, base + offset);
    top = Math.max(top, base + offset + byteLength(buffer));
  }
  const arena = top - base;
  const elementBytes = ({ element }: Buffer): number => bytesPerElement(element);
  place(standing.filter((buffer) => !wholeVectors(buffer)).sort((a, b) => elementBytes(b) - elementBytes(a)));
  expectReach(top);

  return {
    addresses,
    bytes: top,
    arena,
    timeline,
    lowerBound: { transients: peak, whole: bytesOf(standing) + peak },
    byRole: rolesAtPeak(standing, phases, timeline, peak),
  };
}

/** The first and last call of a phase at which a buffer counts; ports reach beyond the calls. */
const clipped = ({ start, end }: Interval, calls: number): Interval => ({
  start: Math.max(0, start),
  end: Math.min(end, Math.max(0, calls - 1)),
});

function liveBytes(alive: ReadonlyMap<Buffer, Interval>, calls: number): number[] {
  const bytes = new Array<number>(calls).fill(0);
  for (const [buffer, interval] of alive) {
    const { start, end } = clipped(interval, calls);
    for (let at = start; at <= end; at++) bytes[at] += byteLength(buffer);
  }
  return bytes;
}

function rolesAtPeak(
  standing: readonly Buffer[],
  phases: ReadonlyMap<string, ReadonlyMap<Buffer, Interval>>,
  timeline: ReadonlyMap<string, readonly number[]>,
  peak: number,
): Partial<Record<Role, number>> {
  const roles: Partial<Record<Role, number>> = {};
  const add = (buffer: Buffer): void => {
    roles[buffer.role] = (roles[buffer.role] ?? 0) + byteLength(buffer);
  };
  standing.forEach(add);
  for (const [name, bytes] of timeline) {
    const at = bytes.indexOf(peak);
    if (at < 0) continue;
    for (const [buffer, interval] of phases.get(name) ?? []) {
      const { start, end } = clipped(interval, bytes.length);
      if (start <= at && at <= end) add(buffer);
    }
    break;
  }
  return roles;
}

const stack = (buffers: readonly Buffer[]): Map<Buffer, number> => {
  const offsets = new Map<Buffer, number>();
  let top = 0;
  for (const buffer of buffers) {
    const offset = aligned(top, buffer);
    offsets.set(buffer, offset);
    top = offset + byteLength(buffer);
  }
  return offsets;
};
