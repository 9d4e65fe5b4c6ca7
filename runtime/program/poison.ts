// Locality by poison: so that the data flow that analyse.ts reasons about is the real one.
//
// Steps: each runs twice over memory in which everything that it does not declare to read is random, each time with
// other numbers. What it writes must come out the same, and nothing else may change. Units: each has a memory of its
// own, as if it ran on a machine of its own, and what it learns must come out as if they shared one.
//
// Needs an unshared plan (`plan(program, { share: false })`), in which every buffer keeps its bytes. Counts and the
// conditions of `when` are readable for all: they say how much to do, not with what.

import type { Features } from '../wasm/features.ts';
import { allocate, instantiate, type Exports } from '../wasm/instantiate.ts';
import { ModuleBuilder } from '../wasm/module.ts';
import { emitKernel, type Kernel, type Reference } from '../simd/kernel.ts';
import { streamKey, wordReader } from '../simd/parts/philox.ts';
import { accessesOf, unitOf } from './analyse.ts';
import { byteLength, type Buffer } from './buffer.ts';
import { interpret, type InterpretOptions } from './interpret.ts';
import { callsOf, usesOf, type Call, type Op } from './op.ts';
import { link } from './link.ts';
import { addressOf, PAGE, type Plan } from './plan.ts';
import type { Program } from './program.ts';

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
  const ops = program.phases.get(phase) ?? [];
  const bench = await Bench.open(options, new Map(ops.map((op, index) => [String(index), [op]])));
  let state = options.before;
  return ops.flatMap((op, index) => {
    const runs = bench.poisoned(String(index), [op], state);
    state = bench.run(String(index), state);
    const { writes } = accessesOf(callsOf([op]));
    return bench.betrayals(runs, writes).map((what) => `${phase}: ${describe(op)} ${what}`);
  });
}

/**
 * Runs the phase call by call with a memory for each unit: all of it is poison but what the unit's calls declare to
 * touch, and of what other units write, only that crosses.
 * @returns a sentence for each weight that then comes out otherwise; none if every unit learns from what it reads.
 */
export async function poisonUnits({ program, plan, phase, before, features }: PoisonOptions): Promise<string[]> {
  const ops = program.phases.get(phase) ?? [];
  const calls = callsOf(ops);
  const part = (memory: Uint8Array, buffer: Buffer): Uint8Array => {
    const start = addressOf(plan, buffer);
    return memory.subarray(start, start + byteLength(buffer));
  };
  /** How much is done, not with what: every unit may know it. */
  const common = new Set([...program.counts.values()].map(({ buffer }) => buffer).concat(conditionsOf(ops)));
  const units = new Map(
    [...new Set(calls.map(unitOf))].map((unit) => {
      const touched = new Set(
        callsOf(callsOfUnit(ops, unit))
          .flatMap(usesOf)
          .map(({ buffer }) => buffer),
      );
      const memory = poison(unit, before.length);
      for (const buffer of [...touched, ...common]) part(memory, buffer).set(part(before, buffer));
      return [unit, { touched, memory }];
    }),
  );
  const {
    memory: { buffer: bytes },
    referenceOf,
  } = await compiledKernels(calls, before.length, features);
  const work = new Uint8Array(bytes, 0, before.length);
  work.set(before);
  interpret(program, plan, bytes, ops, { referenceOf });
  const shared = work.slice();
  interpret(program, plan, bytes, ops, {
    referenceOf,
    before: (call) => work.set(units.get(unitOf(call))!.memory),
    after(call) {
      units.get(unitOf(call))!.memory.set(work);
      for (const { buffer, writes } of usesOf(call)) {
        if (!writes) continue;
        for (const { touched, memory } of units.values()) {
          if (touched.has(buffer) || common.has(buffer)) part(memory, buffer).set(part(work, buffer));
        }
      }
    },
  });
  return [...units].flatMap(([unit, { memory }]) =>
    [...accessesOf(calls.filter((call) => unitOf(call) === unit)).writes]
      .filter((buffer) => buffer.role === 'parameter' && !isSame(part(memory, buffer), part(shared, buffer)))
      .map(({ name }) => `${phase}: the update of '${name}' depends on more than '${unit}' reads`),
  );
}

/** The kernels of the calls, compiled, in place of the references that `interpret` calls. */
async function compiledKernels(
  calls: readonly Call[],
  bytes: number,
  features: Features,
): Promise<{ memory: WebAssembly.Memory; referenceOf: InterpretOptions['referenceOf'] }> {
  const pages = Math.ceil(bytes / PAGE);
  const memory = allocate(pages);
  const module = new ModuleBuilder();
  for (const kernel of new Set(calls.map((call) => call.kernel))) {
    module.add({ ...emitKernel(kernel, features), exported: true });
  }
  const functions = await instantiate(module.encode(pages), memory);
  const referenceOf =
    ({ name, parameters }: Kernel): Reference =>
    (args) =>
      functions[name](
        ...Object.keys(parameters).map((parameter) => {
          const given: number | ArrayBufferView = (args as Readonly<Record<string, number | ArrayBufferView>>)[
            parameter
          ];
          return typeof given === 'number' ? given : given.byteOffset;
        }),
      );
  return { memory, referenceOf };
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

  static async open(options: PoisonOptions, phases: ReadonlyMap<string, readonly Op[]>): Promise<Bench> {
    const { program, plan, features } = options;
    const memory = allocate(Math.max(1, Math.ceil(plan.bytes / PAGE)));
    return new Bench(options, memory, await instantiate(link(program, plan, { features, phases }), memory));
  }

  start(buffer: Buffer): number {
    return addressOf(this.#options.plan, buffer);
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
  poisoned(part: string, ops: readonly Op[], state: Uint8Array): Run[] {
    const counts = [...this.#options.program.counts.values()].map(({ buffer }) => buffer);
    const readable = [...accessesOf(callsOf(ops)).reads, ...counts, ...conditionsOf(ops)];
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
    const [a, b, c, d] = [first.before, first.after, second.before, second.after].map(
      ({ buffer }) => new Int32Array(buffer),
    );
    const wordRests = (word: number): boolean => a[word] === b[word] && c[word] === d[word];
    for (const buffer of addresses.keys()) {
      const [start, end] = [this.start(buffer), this.start(buffer) + byteLength(buffer)];
      for (let at = start; at < end; at++) {
        if (at % 4 === 0 && at + 4 <= end && wordRests(at / 4)) {
          at += 3;
          continue;
        }
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

/** So many draws, again and again: a prime, so that no row of anything is like the next. */
const DRAWS = 4093;

/** Random floats in (-1, -0.5] and [0.5, 1): no NaN that would hide a difference, and no index of anything. */
function poison(name: string, bytes: number): Uint8Array {
  const next = wordReader(0, streamKey(`poison/${name}`), 0);
  const drawn = Uint32Array.from({ length: DRAWS }, () => (next() & 0x807fffff) | 0x3f000000);
  const words = new Uint32Array(bytes / 4);
  for (let at = 0; at < words.length; at += DRAWS) words.set(drawn.subarray(0, words.length - at), at);
  return new Uint8Array(words.buffer);
}

/** The steps with the calls of one unit alone. */
function callsOfUnit(ops: readonly Op[], unit: string): Op[] {
  return ops.flatMap((op): Op[] => {
    if (op.kind === 'call') return unitOf(op) === unit ? [op] : [];
    const body = callsOfUnit(op.body, unit);
    return body.length > 0 ? [{ ...op, body }] : [];
  });
}

const conditionsOf = (ops: readonly Op[]): Buffer[] =>
  ops.flatMap((op) =>
    op.kind === 'call' ? [] : [...(op.kind === 'when' ? [op.read.buffer] : []), ...conditionsOf(op.body)],
  );

function describe(op: Op): string {
  const [first] = callsOf([op]);
  const what = op.kind === 'call' ? first.kernel.name : `${op.kind} from ${first?.kernel.name}`;
  return `${what} of ${unitOf(first)}, recorded at ${first.site}:`;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, index) => byte === b[index]);
