// Reference execution: runs a planned program call by call on the kernels' plain references, over ordinary memory.
// Slow, readable, and it can stop anywhere: breakpoints, values kept on the way, and the first call that made a NaN, by
// name.

import { bytesPerElement, elementsAt, type ElementArray } from '../wasm/pointer.ts';
import { elementCount, type Kernel, type Reference, type Sizes } from '../simd/kernel.ts';
import { byteLength, type Affine, type Buffer, type LoopIndex, type View } from './buffer.ts';
import type { Dim } from './dim.ts';
import type { Operand } from './expression.ts';
import { addressOf, type Plan } from './plan.ts';
import type { Program } from './program.ts';
import type { Call, Op } from './op.ts';

export interface InterpretOptions {
  /** Finds the plain reference of a kernel: `referenceOf` of runtime/simd/references.ts. */
  readonly referenceOf: (kernel: Kernel) => Reference;
  /** Called before each call; an exception thrown here is a breakpoint. */
  readonly before?: (call: Call) => void;
  /** Called after each call. */
  readonly after?: (call: Call) => void;
  /** Refuse the first NaN that a call writes. */
  readonly refuseNaN?: boolean;
}

/** Thrown by `refuseNaN`: names the call, its unit and the line that recorded it. */
export class NotANumberError extends Error {
  override name = 'NotANumberError';
}

/** Runs a phase (or other steps of the program) over `memory`. */
export function interpret(
  program: Program,
  plan: Plan,
  memory: ArrayBufferLike,
  ops: readonly Op[],
  options: InterpretOptions,
): void {
  new Interpreter(program, plan, memory, options).run(ops, new Map());
}

/** The present values of a buffer, in memory order. */
export function contents(
  plan: Plan,
  memory: ArrayBufferLike,
  buffer: Buffer,
  length: number,
  offset = 0,
): ElementArray {
  const address = addressOf(plan, buffer) + offset * bytesPerElement(buffer.element);
  return elementsAt(buffer.element, memory, address, length);
}

const elementsIn = (buffer: Buffer): number => byteLength(buffer) / bytesPerElement(buffer.element);

/** The present turns of the loops around a call. */
type Indices = ReadonlyMap<LoopIndex, number>;

class Interpreter {
  readonly program: Program;
  readonly plan: Plan;
  readonly memory: ArrayBufferLike;
  readonly options: InterpretOptions;

  constructor(program: Program, plan: Plan, memory: ArrayBufferLike, options: InterpretOptions) {
    this.program = program;
    this.plan = plan;
    this.memory = memory;
    this.options = options;
  }

  run(ops: readonly Op[], indices: Indices): void {
    for (const op of ops) {
      if (op.kind === 'call') this.call(op, indices);
      else if (op.kind === 'when') {
        const value = this.number(op.read, indices);
        const { condition } = op;
        const holds = 'every' in condition ? (value >>> 0) % condition.every === 0 : value >= condition.atLeast;
        if (holds) this.run(op.body, indices);
      } else {
        const turns = this.dim(op.index.count);
        for (let turn = 0; turn < turns; turn++) {
          this.run(op.body, new Map([...indices, [op.index, op.index.back ? turns - 1 - turn : turn]]));
        }
      }
    }
  }

  private call(call: Call, indices: Indices): void {
    this.options.before?.(call);
    const { kernel, operands } = call;
    const sizes: Record<string, number> = {};
    for (const [name, parameter] of Object.entries(kernel.parameters)) {
      if (parameter.kind !== 'pointer') sizes[name] = this.number(operands[name], indices, parameter.kind === 'float');
    }
    const args: Record<string, number | ArrayLike<number>> = { ...sizes };
    for (const [name, parameter] of Object.entries(kernel.parameters)) {
      if (parameter.kind !== 'pointer') continue;
      const { buffer, offset } = operands[name] as View;
      // To the end of the buffer: how far a gather reads, its indices tell and no size.
      const first = this.affine(offset, indices);
      args[name] = contents(this.plan, this.memory, buffer, elementsIn(buffer) - first, first);
    }
    const outputs = this.options.refuseNaN ? floatOutputs(call, sizes, args) : [];
    this.options.referenceOf(kernel)(args as never);
    outputs.forEach((output) => refuseNaN(call, output));
    this.options.after?.(call);
  }

  private number(operand: Operand, indices: Indices, float = false): number {
    if (typeof operand === 'number') return float ? Math.fround(operand) : operand;
    if (operand.kind === 'affine') return this.affine(operand, indices);
    if (operand.kind === 'dim') return this.dim(operand);
    return contents(this.plan, this.memory, operand.buffer, 1, this.affine(operand.offset, indices))[0];
  }

  private affine({ base, terms }: Affine, indices: Indices): number {
    return terms.reduce((sum, { index, stride }) => {
      const value = indices.get(index);
      if (value === undefined) throw new RangeError('an operand uses the index of a loop it is not in');
      return sum + value * stride;
    }, base);
  }

  private dim({ count, scale, offset }: Dim): number {
    if (count === null) return offset;
    return contents(this.plan, this.memory, this.program.counter(count), 1)[0] * scale + offset;
  }
}

interface FloatOutput {
  readonly name: string;
  readonly values: Float32Array;
  /** The same memory as integers, and how it was before the call. */
  readonly bits: Int32Array;
  readonly before: Int32Array;
}

function floatOutputs({ kernel }: Call, sizes: Sizes, args: Record<string, unknown>): FloatOutput[] {
  return Object.entries(kernel.parameters).flatMap(([name, parameter]) => {
    if (parameter.kind !== 'pointer' || parameter.element !== 'f32') return [];
    if (parameter.access === 'in' || parameter.access === 'scratch') return [];
    const values = (args[name] as Float32Array).subarray(0, elementCount(parameter, sizes));
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    return [{ name, values, bits, before: bits.slice() }];
  });
}

/** A NaN that was there before is none that the call wrote: between the rows of a strided output may lie anything. */
function refuseNaN({ kernel, layer, site }: Call, { name, values, bits, before }: FloatOutput): void {
  const index = values.findIndex((value, at) => Number.isNaN(value) && bits[at] !== before[at]);
  if (index < 0) return;
  const place = `'${name}'[${index}], recorded at ${site}`;
  throw new NotANumberError(`${kernel.name} of ${layer ?? 'no unit'} wrote NaN to ${place}`);
}
