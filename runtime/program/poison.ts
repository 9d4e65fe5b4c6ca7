// Locality by poison. A part of a recorded program runs twice over memory in which everything that it does not declare
// to read is random, each time with other numbers. What it writes must come out the same, and nothing else may change:
// so the data flow that analyse.ts reasons about is the real one.
//
// Needs an unshared plan (`plan(program, { share: false })`), in which every buffer keeps its bytes. Counts and the
// conditions of `when` are readable for all: they say how much to do, not with what.

import type { Features } from '../wasm/features.ts';
import { allocate, instantiate, type Exports } from '../wasm/instantiate.ts';
import { streamKey, wordReader } from '../simd/philox.ts';
import { accessesOf, unitOf } from './analyse.ts';
import { byteLength, type Buffer } from './buffer.ts';
import { callsOf } from './lifetime.ts';
import { link } from './link.ts';
import { PAGE, type Plan } from './plan.ts';
import type { Program, Step } from './program.ts';

export interface PoisonOptions {
  readonly program: Program;
  /** Unshared. */
  readonly plan: Plan;
  readonly features: Features;
  readonly phase: string;
  /** The memory as the phase finds it: weights prepared, ports filled, counts and seed set. */
  readonly before: Uint8Array;
}

/**
 * Poisons every step of the phase for itself, a loop as one step.
 * @returns a sentence for each buffer that betrays an undeclared read or write; none if all declarations are honest.
 */
export async function poisonSteps(options: PoisonOptions): Promise<string[]> {
  const { program, phase } = options;
  const steps = program.phases.get(phase) ?? [];
  const bench = await Bench.open(options, new Map(steps.map((step, index) => [String(index), [step]])));
  let state = options.before;
  return steps.flatMap((step, index) => {
    const runs = bench.poisoned(String(index), [step], state);
    state = bench.run(String(index), state);
    const { writes } = accessesOf(callsOf([step]));
    return bench.betrayals(runs, writes).map((what) => `${phase}: ${describe(step)} ${what}`);
  });
}

/**
 * Runs each unit's calls of the phase alone, with everything poisoned that `accesses` does not list as read by it.
 * @returns a sentence for each parameter whose update then differs; none if every unit learns from what it reads alone.
 */
export async function poisonUnits(options: PoisonOptions): Promise<string[]> {
  const { program, phase, before } = options;
  const steps = program.phases.get(phase) ?? [];
  const calls = callsOf(steps);
  const units = [...new Set(calls.map(unitOf))];
  const parts = units.map((unit) => callsOfUnit(steps, unit));
  const bench = await Bench.open(options, new Map([steps, ...parts].map((part, index) => [String(index), part])));
  const after = bench.run('0', before);
  return units.flatMap((unit, index) => {
    const own = parts[index];
    const others = accessesOf(calls.filter((call) => unitOf(call) !== unit)).writes;
    const state = before.slice();
    for (const buffer of others) state.set(bench.part(after, buffer), bench.start(buffer));
    const runs = bench.poisoned(String(index + 1), own, state);
    const updated = [...accessesOf(callsOf(own)).writes].filter(({ role }) => role === 'parameter');
    return updated
      .filter((buffer) => runs.some((run) => !isSame(bench.part(run.after, buffer), bench.part(after, buffer))))
      .map(({ name }) => `${phase}: the update of '${name}' depends on more than '${unit}' reads`);
  });
}

/** Memory before and after a run. */
interface Run {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Parts of a program, each to be run over any content of memory. */
class Bench {
  readonly #options: PoisonOptions;
  readonly #memory: Uint8Array;
  readonly #parts: Exports;
  readonly #poisons: readonly Uint8Array[];

  private constructor(options: PoisonOptions, memory: WebAssembly.Memory, parts: Exports) {
    this.#options = options;
    this.#memory = new Uint8Array(memory.buffer);
    this.#parts = parts;
    this.#poisons = ['first', 'second'].map((name) => poison(name, this.#memory.length));
  }

  static async open(options: PoisonOptions, phases: ReadonlyMap<string, readonly Step[]>): Promise<Bench> {
    const { program, plan, features } = options;
    const memory = allocate(Math.max(1, Math.ceil(plan.bytes / PAGE)));
    return new Bench(options, memory, await instantiate(link(program, plan, { features, phases }), memory));
  }

  start(buffer: Buffer): number {
    return this.#options.plan.addresses.get(buffer) ?? 0;
  }

  part(state: Uint8Array, buffer: Buffer): Uint8Array {
    return state.subarray(this.start(buffer), this.start(buffer) + byteLength(buffer));
  }

  /** Memory after the part ran over `state`. */
  run(part: string, state: Uint8Array): Uint8Array {
    this.#memory.set(state);
    this.#parts[part]();
    return this.#memory.slice();
  }

  /** Runs a part twice over poison, with what its steps read taken from `state`. */
  poisoned(part: string, steps: readonly Step[], state: Uint8Array): Run[] {
    const counts = [...this.#options.program.counts.values()].map(({ buffer }) => buffer);
    const readable = [...accessesOf(callsOf(steps)).reads, ...counts, ...conditionsOf(steps)];
    return this.#poisons.map((poisoned) => {
      const before = poisoned.slice();
      for (const buffer of readable) before.set(this.part(state, buffer), this.start(buffer));
      return { before, after: this.run(part, before) };
    });
  }

  /** What two runs tell of undeclared reads and writes. */
  betrayals([first, second]: readonly Run[], writes: ReadonlySet<Buffer>): string[] {
    const { addresses, bytes } = this.#options.plan;
    const isUntouched = (run: Run, at: number): boolean => run.before[at] === run.after[at];
    const outside = first.before.subarray(bytes).some((_, index) => !isUntouched(first, bytes + index));
    const found = outside ? ['writes outside the plan'] : [];
    for (const buffer of addresses.keys()) {
      const [start, end] = [this.start(buffer), this.start(buffer) + byteLength(buffer)];
      for (let at = start; at < end; at++) {
        const untouched = isUntouched(first, at) && isUntouched(second, at);
        if (untouched || (writes.has(buffer) && first.after[at] === second.after[at])) continue;
        const what = writes.has(buffer) ? 'depends on what the step does not read' : 'is written, but not declared so';
        found.push(`'${buffer.name}' ${what} (byte ${at - start})`);
        break;
      }
    }
    return found;
  }
}

/** Random floats in (-1, -0.5] and [0.5, 1): no NaN that would hide a difference, and no index of anything. */
function poison(name: string, bytes: number): Uint8Array {
  const next = wordReader(0, streamKey(`poison/${name}`), 0);
  const words = Uint32Array.from({ length: bytes / 4 }, () => (next() & 0x807fffff) | 0x3f000000);
  return new Uint8Array(words.buffer);
}

/** The steps with the calls of one unit alone. */
function callsOfUnit(steps: readonly Step[], unit: string): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.kind === 'call') return unitOf(step) === unit ? [step] : [];
    const body = callsOfUnit(step.body, unit);
    return body.length > 0 ? [{ ...step, body }] : [];
  });
}

const conditionsOf = (steps: readonly Step[]): Buffer[] => steps.flatMap((step) =>
  (step.kind === 'call' ? [] : [...(step.kind === 'when' ? [step.step.buffer] : []), ...conditionsOf(step.body)]));

function describe(step: Step): string {
  const [first] = callsOf([step]);
  const what = step.kind === 'call' ? first.kernel.name : `${step.kind} from ${first?.kernel.name}`;
  return `${what} of ${unitOf(first)}, recorded at ${first.site}:`;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, index) => byte === b[index]);
