// From a planned program to one WebAssembly module: each kernel once, as a shape-generic function, and one exported
// function per phase that calls them in order with constant addresses. Bodies are never inlined into phases (a thousand
// inlined tiles measured 308 ms for the first call, and 2.5 times slower after it).

import { Emitter } from '../wasm/emitter.ts';
import type { Features } from '../wasm/features.ts';
import { ModuleBuilder } from '../wasm/module.ts';
import { bytesPerElement } from '../wasm/pointer.ts';
import type { I32, Value } from '../wasm/values.ts';
import { emitKernel, type Kernel, type Parameter } from '../simd/kernel.ts';
import type { Affine, LoopIndex, View } from './buffer.ts';
import type { Dim } from './dim.ts';
import type { Operand } from './expression.ts';
import { addressOf, PAGE, type Plan } from './plan.ts';
import type { Program } from './program.ts';
import type { Call, Op } from './op.ts';

export interface LinkOptions {
  readonly features: Features;
  /** The functions to export, by name; by default every phase of the program. */
  readonly phases?: ReadonlyMap<string, readonly Op[]>;
}

/**
 * The module's bytes. It imports the memory ("onward", "memory") and exports one function without arguments per phase.
 */
export function link(
  program: Program,
  plan: Plan,
  { features, phases = program.phases }: LinkOptions,
): Uint8Array<ArrayBuffer> {
  const linker = new Linker(program, plan, features);
  for (const [name, ops] of phases) linker.phase(name, ops);
  return linker.module.encode(Math.ceil(plan.bytes / PAGE));
}

/** The running indices of the loops around a call. */
type Indices = ReadonlyMap<LoopIndex, I32>;

class Linker {
  readonly module = new ModuleBuilder();
  readonly program: Program;
  readonly plan: Plan;
  readonly features: Features;
  readonly functions = new Map<Kernel, number>();

  constructor(program: Program, plan: Plan, features: Features) {
    this.program = program;
    this.plan = plan;
    this.features = features;
  }

  phase(name: string, ops: readonly Op[]): void {
    const k = new Emitter(this.features);
    this.ops(k, ops, new Map());
    this.module.add(k.finish(name, true));
  }

  private ops(k: Emitter, ops: readonly Op[], indices: Indices): void {
    for (const op of ops) {
      if (op.kind === 'call') this.call(k, op, indices);
      else if (op.kind === 'loop') {
        const count = k.let(this.dim(k, op.index.count));
        k.for(0, count, 1, (i) => {
          const index = op.index.back ? k.let(count.sub(1).sub(i)) : i;
          this.ops(k, op.body, new Map([...indices, [op.index, index]]));
        });
      } else {
        const value = k.pointer('i32', this.address(k, op.read, indices)).at(0);
        const { condition } = op;
        const holds = 'every' in condition ? value.rem(condition.every).eq(0) : value.ge(condition.atLeast);
        k.if(holds, () => this.ops(k, op.body, indices));
      }
    }
  }

  private call(k: Emitter, { kernel, operands }: Call, indices: Indices): void {
    let index = this.functions.get(kernel);
    if (index === undefined) {
      index = this.module.add(emitKernel(kernel, this.features));
      this.functions.set(kernel, index);
    }
    const args = Object.entries(kernel.parameters).map(([name, parameter]) =>
      this.argument(k, parameter, operands[name], indices),
    );
    k.call(index, args);
  }

  private argument(k: Emitter, parameter: Parameter, operand: Operand, indices: Indices): Value {
    const isFloat = parameter.kind === 'float';
    if (typeof operand === 'number') return isFloat ? k.f32(operand) : k.i32(operand);
    if (operand.kind !== 'view') {
      const value = operand.kind === 'dim' ? this.dim(k, operand) : this.affine(k, operand, 1, 0, indices);
      return isFloat ? value.toFloat() : value;
    }
    const address = this.address(k, operand, indices);
    if (parameter.kind === 'pointer') return address;
    if (operand.buffer.element === 'f32') return k.pointer('f32', address).at(0);
    const value = k.pointer('i32', address).at(0);
    return isFloat ? value.toFloat() : value;
  }

  private address(k: Emitter, { buffer, offset }: View, indices: Indices): I32 {
    return this.affine(k, offset, bytesPerElement(buffer.element), addressOf(this.plan, buffer), indices);
  }

  private affine(k: Emitter, { base, terms }: Affine, unit: number, origin: number, indices: Indices): I32 {
    return terms.reduce(
      (sum, { index, stride }) => {
        const value = indices.get(index);
        if (value === undefined) throw new RangeError('an operand uses the index of a loop it is not in');
        return sum.add(value.mul(stride * unit));
      },
      k.i32(origin + base * unit),
    );
  }

  private dim(k: Emitter, { count, scale, offset }: Dim): I32 {
    if (count === null) return k.i32(offset);
    return k
      .pointer('i32', k.i32(addressOf(this.plan, this.program.counter(count))))
      .at(0)
      .mul(scale)
      .add(offset);
  }
}
