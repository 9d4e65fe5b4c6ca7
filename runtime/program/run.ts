// Runs a planned program over a memory of its own: as WebAssembly, or call by call on the references of its kernels.
// It is what tests and checks see of a program below the learner.

import { referenceOf } from '../simd/references.ts';
import type { Features } from '../wasm/features.ts';
import { bytesPerElement, type ElementArray } from '../wasm/pointer.ts';
import { byteLength, type Buffer } from './buffer.ts';
import type { Dim } from './dim.ts';
import { ProgramError } from './error.ts';
import { contents, interpret, type InterpretOptions } from './interpret.ts';
import { layouts } from './layout.ts';
import { link } from './link.ts';
import { PAGE, plan, type Plan } from './plan.ts';
import type { Program } from './program.ts';

/** A planned program over a memory of its own, which holds the first values of its buffers. */
export interface Run {
  readonly plan: Plan;
  readonly memory: ArrayBuffer;
  call(phase: string): void;
  /** A buffer's values in row-major order, as many as the counts say. */
  read(name: string): Float32Array;
  /** As many values as `read` gives. */
  write(name: string, values: ArrayLike<number>): void;
}

/** Linked once for all runs of a plan. */
const modules = new WeakMap<Plan, Map<Features, WebAssembly.Module>>();

function linkOnce(program: Program, planned: Plan, features: Features): WebAssembly.Module {
  const known = modules.get(planned) ?? new Map<Features, WebAssembly.Module>();
  modules.set(planned, known);
  const module = known.get(features) ?? new WebAssembly.Module(link(program, planned, { features }));
  known.set(features, module);
  return module;
}

/** The program as WebAssembly. */
export function compile(program: Program, features: Features, planned = plan(program)): Run {
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(planned.bytes / PAGE)) });
  const module = linkOnce(program, planned, features);
  const { exports } = new WebAssembly.Instance(module, { onward: { memory } });
  return over(program, planned, memory.buffer, (phase) => (exports[phase] as () => void)());
}

/** The program call by call on the references of its kernels. */
export function interpretSame(program: Program, planned = plan(program), options: Partial<InterpretOptions> = {}): Run {
  const memory = new ArrayBuffer(Math.ceil(planned.bytes / PAGE) * PAGE);
  return over(program, planned, memory, (phase) =>
    interpret(program, planned, memory, program.phases.get(phase) ?? [], { referenceOf, ...options }),
  );
}

function over(program: Program, planned: Plan, memory: ArrayBuffer, call: Run['call']): Run {
  const run = { plan: planned, memory };
  const named = (name: string): Buffer => {
    const buffer = program.buffers.find((candidate) => candidate.name === name);
    if (buffer === undefined) throw new ProgramError(`the program has no buffer '${name}'`);
    return buffer;
  };
  const present = ({ count, scale, offset }: Dim): number => {
    if (count === null) return offset;
    return scale * elements(program.counts.get(count.name)!.buffer, run)[0] + offset;
  };
  for (const buffer of planned.addresses.keys()) {
    if (buffer.initial !== null) elements(buffer, run).set(buffer.initial);
  }
  return {
    ...run,
    call,
    read(name) {
      const buffer = named(name);
      return Float32Array.from(layouts[buffer.layout].decode(elements(buffer, run), buffer.shape.map(present)));
    },
    write(name, values) {
      const buffer = named(name);
      layouts[buffer.layout].encode(values, buffer.shape.map(present), elements(buffer, run));
    },
  };
}

/** All of a buffer at full capacity, in the order of memory. */
export function elements(buffer: Buffer, run: Pick<Run, 'plan' | 'memory'>): ElementArray {
  return contents(run.plan, run.memory, buffer, byteLength(buffer) / bytesPerElement(buffer.element));
}
