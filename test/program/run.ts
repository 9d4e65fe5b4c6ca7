// Runs a recorded program in tests: compiled, interpreted on the plain references, or in every form side by side.

import { byteLength, type Buffer } from '../../runtime/program/buffer.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import { contents, interpret, type InterpretOptions } from '../../runtime/program/interpret.ts';
import { layouts } from '../../runtime/program/layout.ts';
import { callsOf, usesOf } from '../../runtime/program/op.ts';
import { link } from '../../runtime/program/link.ts';
import { PAGE, plan, type Plan } from '../../runtime/program/plan.ts';
import type { Program } from '../../runtime/program/program.ts';
import { referenceOf } from '../../runtime/simd/references.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import { describeDifference, identical } from '../simd/difference.ts';

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

/** The program as WebAssembly. */
export function compile(program: Program, features: Features, planned = plan(program)): Run {
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(planned.bytes / PAGE)) });
  const module = new WebAssembly.Module(link(program, planned, { features }));
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

/** Both, with and without SIMD; every call ends with the same bits in all that outlives it, or it throws. */
export function runEverywhere(program: Program): Run {
  const planned = plan(program);
  const reference = interpretSame(program, planned);
  const sets = ['none', 'simd128'] as const;
  const compiled = sets.map((features) => ({ features, run: compile(program, features, planned) }));
  const lasting = (phase: string): Buffer[] => {
    const used = new Set(
      callsOf(program.phases.get(phase) ?? [])
        .flatMap(usesOf)
        .map(({ buffer }) => buffer),
    );
    return program.buffers.filter(
      (buffer) =>
        planned.addresses.has(buffer) && (buffer.life !== 'transient' || (buffer.port === 'after' && used.has(buffer))),
    );
  };
  return {
    ...reference,
    call(phase) {
      reference.call(phase);
      for (const { features, run } of compiled) {
        run.call(phase);
        for (const buffer of lasting(phase)) {
          const valuesIn = (of: Run) => (buffer.port === null ? elements(buffer, of) : of.read(buffer.name));
          const difference = describeDifference(valuesIn(run), valuesIn(reference), identical);
          if (difference === null) continue;
          throw new Error(`${phase}, ${features}: ${buffer.name}${difference} of the reference`);
        }
      }
    },
    write(name, values) {
      for (const { write } of [reference, ...compiled.map(({ run }) => run)]) write(name, values);
    },
  };
}

function over(program: Program, planned: Plan, memory: ArrayBuffer, call: Run['call']): Run {
  const run = { plan: planned, memory };
  const named = (name: string): Buffer => {
    const buffer = program.buffers.find((candidate) => candidate.name === name);
    if (buffer === undefined) throw new Error(`the program has no buffer '${name}'`);
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
function elements(buffer: Buffer, run: Pick<Run, 'plan' | 'memory'>): ReturnType<typeof contents> {
  return contents(run.plan, run.memory, buffer, byteLength(buffer) / bytesPerElement(buffer.element));
}
