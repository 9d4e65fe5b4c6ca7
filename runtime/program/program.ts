// The recorded program. A learning rule runs once, over this recorder; what remains is a list of kernel calls per
// phase, with loops and conditions, over named buffers. Nothing is computed and no memory exists yet: plan.ts gives
// every buffer an address, link.ts makes the module, interpret.ts runs the same list on the references.

import { PANEL } from '../simd/panels.ts';
import { f32_map } from '../simd/f32-map.ts';
import { elementCount, type Kernel, type PointerParameter, type Sizes } from '../simd/kernel.ts';
import { streamKey } from '../simd/philox.ts';
import {
  along, byteLength, largest, view, type Affine, type Buffer, type LoopIndex, type Role, type View,
} from './buffer.ts';
import { capacity, constant, counted, describeShape, toDim, type Count, type Dim } from './dim.ts';
import { LeafList, Scalar, Tensor, wholeWindow, type Expression, type Operand, type Window } from './expression.ts';
import { layouts } from './layout.ts';

export interface Call {
  readonly kind: 'call';
  readonly kernel: Kernel;
  readonly operands: Readonly<Record<string, Operand>>;
  readonly unit: string | null;
  /** Where it was recorded: the line of the rule, for errors. Found when it is asked for, as that is slow. */
  readonly site: string;
}

export interface Loop {
  readonly kind: 'loop';
  readonly index: LoopIndex;
  readonly body: readonly Step[];
}

/** Runs the body in the calls for which `step % every === 0`. */
export interface When {
  readonly kind: 'when';
  readonly step: View;
  readonly every: number;
  readonly body: readonly Step[];
}

export type Step = Call | Loop | When;

/** Thrown when a program is recorded wrongly: an operand missing, a shape that does not fit. */
export class ProgramError extends Error {
  override name = 'ProgramError';
}

export type BufferSpec = Partial<Buffer> & Pick<Buffer, 'name' | 'shape' | 'role'>;

export class Program {
  readonly buffers: Buffer[] = [];
  readonly phases = new Map<string, Step[]>();
  readonly counts = new Map<string, { count: Count; buffer: Buffer }>();
  #steps: Step[] | null = null;
  #unit: string | null = null;
  readonly #names = new Map<string, number>();
  /** The seed of every draw; the host sets it before `prepare`. */
  readonly seed = this.integer('seed', 0);
  /** The number of training steps done; the host counts it up. */
  readonly step = this.integer('step', 0);

  // ---- buffers -----------------------------------------------------------------------------------------------------

  /** A new buffer; a transient whose name is taken gets a number behind it. */
  buffer(spec: BufferSpec): Buffer {
    const { layout = 'rowMajor', element = 'f32', life = 'transient', port = null, initial = null } = spec;
    const { unit = this.#unit } = spec;
    const times = (this.#names.get(spec.name) ?? 0) + 1;
    this.#names.set(spec.name, times);
    if (times > 1 && life !== 'transient') throw new ProgramError(`there are two buffers named '${spec.name}'`);
    const name = times === 1 ? spec.name : `${spec.name}#${times}`;
    const buffer = { ...spec, name, layout, element, life, unit, port, initial };
    this.buffers.push(buffer);
    return buffer;
  }

  tensor(spec: Omit<BufferSpec, 'shape'> & { readonly shape: readonly (Dim | number)[] }): Tensor {
    return new Tensor(this.buffer({ ...spec, shape: spec.shape.map(toDim) }));
  }

  /** A number that the host or the program may change between steps: a learning rate, a seed, a power of beta. */
  scalar(name: string, initial: number, role: Role = 'state'): Scalar {
    const shape = [constant(1)];
    return new Scalar(view(this.buffer({ name, shape, role, life: 'persistent', unit: null, initial: [initial] })));
  }

  integer(name: string, initial: number): Buffer {
    const shape = [constant(1)];
    const kind = { role: 'state', element: 'i32', life: 'persistent', unit: null } as const;
    return this.buffer({ name, shape, ...kind, initial: [initial] });
  }

  /** A run-time count with its capacity; kernels read its present value. */
  count(name: string, most: number, now = most): Dim {
    const count: Count = { name, capacity: most };
    this.counts.set(name, { count, buffer: this.integer(`count/${name}`, now) });
    return counted(count);
  }

  /**
   * The operands of a random kernel that say which draws: f(seed, stream name, step, element), never the order of
   * calls. Draws that differ from step to step are given the step, others 0.
   */
  draws(stream: string, step: Buffer | number = 0): Record<'seed' | 'stream' | 'step', Operand> {
    return { seed: view(this.seed), stream: streamKey(stream) | 0, step: typeof step === 'number' ? step : view(step) };
  }

  // ---- steps -------------------------------------------------------------------------------------------------------

  /** Records calls into a phase, behind what it holds already. */
  phase(name: string, record: () => void): void {
    const steps = this.phases.get(name) ?? [];
    this.phases.set(name, steps);
    this.within(steps, record);
  }

  /** Everything recorded inside belongs to this unit. */
  unit<T>(name: string, record: () => T): T {
    const outer = this.#unit;
    this.#unit = name;
    try {
      return record();
    } finally {
      this.#unit = outer;
    }
  }

  call(kernel: Kernel, given: Record<string, Operand | Buffer | Tensor>): void {
    const operands = Object.fromEntries(Object.entries(given).map(([name, operand]) => [name, toOperand(operand)]));
    const sizes = capacitiesOf(operands);
    for (const [name, parameter] of Object.entries(kernel.parameters)) {
      if (parameter.kind !== 'pointer') {
        if (operands[name] === undefined) throw new ProgramError(`${kernel.name}: '${name}' is missing`);
      } else if (parameter.access === 'scratch') {
        const shape = [constant(elementCount(parameter, sizes))];
        const role = 'scratch';
        const scratch = { name: `${this.#unit ?? 'shared'}/${name}`, shape, role, element: parameter.element } as const;
        operands[name] ??= view(this.buffer(scratch));
      } else this.checkPointer(kernel, name, parameter, operands[name], sizes);
    }
    const recorded = new Error();
    this.push({
      kind: 'call', kernel, operands, unit: this.#unit,
      get site() {
        return callSite(recorded);
      },
    });
  }

  /** `record(i)` for i = 0..count-1; the calls inside are recorded once. */
  loop(count: Dim | number, record: (index: LoopIndex) => void): void {
    const index: LoopIndex = { count: toDim(count) };
    const body: Step[] = [];
    this.within(body, () => record(index));
    this.push({ kind: 'loop', index, body });
  }

  /** What is recorded inside runs in every `every`-th step, counted by the integer `step`. */
  when(step: Buffer, every: number, record: () => void): void {
    const body: Step[] = [];
    this.within(body, record);
    this.push({ kind: 'when', step: view(step), every, body });
  }

  // ---- expressions -------------------------------------------------------------------------------------------------

  /** Computes a window of an expression into `out`, rows `outStride` apart, zeros from its columns to `padded`. */
  evaluate(expression: Expression, out: View, window: Window, outStride: Dim | number, padded: Dim | number): void {
    const leaves = new LeafList(window);
    const variant = leaves.compile(expression);
    const { rows, columns } = window;
    this.call(f32_map(variant), { ...leaves.operands, out, outStride, rows, columns, padded });
  }

  /** Computes a whole expression into a new tensor. */
  compute(name: string, expression: Expression, spec: Partial<BufferSpec> = {}): Tensor {
    if (expression.shape === null) throw new ProgramError(`${name}: an expression of scalars has no shape to compute`);
    const tensor = this.tensor({ name, role: 'activation', ...spec, shape: expression.shape });
    const window = wholeWindow(expression.shape);
    this.evaluate(expression, tensor.at(0), window, window.columns, window.columns);
    return tensor;
  }

  /** The expression as a tensor: itself if it is one already. */
  materialize(name: string, expression: Expression): Tensor {
    return expression instanceof Tensor ? expression : this.compute(name, expression);
  }

  /** Sets `n` elements to a value. */
  fill(out: View, n: number, value: number): void {
    this.call(f32_map({ kind: 'constant', value }), { out, outStride: n, rows: 1, columns: n, padded: n });
  }

  /**
   * Splits columns into groups of whole panels: a loop over the full groups of `width` columns, then the rest. Columns
   * that depend on a count are one group.
   */
  columnGroups(columns: Dim, width: number, record: (first: Affine | number, columns: Dim | number) => void): void {
    if (columns.count !== null || columns.offset <= width) return record(0, columns);
    const whole = Math.floor(columns.offset / width);
    this.loop(whole, (group) => record(along(group, width), width));
    if (columns.offset > whole * width) record(whole * width, columns.offset - whole * width);
  }

  private within(steps: Step[], record: () => void): void {
    const outer = this.#steps;
    this.#steps = steps;
    try {
      record();
    } finally {
      this.#steps = outer;
    }
  }

  private push(step: Step): void {
    if (this.#steps === null) throw new ProgramError('a call was recorded outside a phase');
    this.#steps.push(step);
  }

  private checkPointer(
    kernel: Kernel,
    name: string,
    parameter: PointerParameter,
    operand: Operand | undefined,
    sizes: Sizes,
  ): void {
    const refuse = (what: string): never => {
      throw new ProgramError(`${kernel.name}: '${name}' ${what}`);
    };
    if (typeof operand !== 'object' || operand.kind !== 'view') {
      return refuse(`must be a buffer, but is ${operand === undefined ? 'missing' : 'a number'}`);
    }
    const { buffer, offset } = operand;
    if (buffer.element !== parameter.element) {
      refuse(`must be ${parameter.element}, but '${buffer.name}' is ${buffer.element}`);
    }
    const held = layouts[buffer.layout].elements(buffer.shape.map(capacity));
    const used = largest(offset) + elementCount(parameter, sizes);
    if (used > held) {
      refuse(`reaches element ${used} of '${buffer.name}' ${describeShape(buffer.shape)}, which has ${held}`);
    }
  }
}

const toOperand = (operand: Operand | Buffer | Tensor): Operand => {
  if (typeof operand === 'number' || 'kind' in operand) return operand;
  return view(operand instanceof Tensor ? operand.buffer : operand);
};

/** Every integer operand at its largest, for the sizes of scratch space. */
function capacitiesOf(operands: Readonly<Record<string, Operand>>): Sizes {
  const sizes: Record<string, number> = {};
  for (const [name, operand] of Object.entries(operands)) {
    if (typeof operand === 'number') sizes[name] = operand;
    else if (operand.kind === 'dim') sizes[name] = capacity(operand);
    else if (operand.kind === 'affine') sizes[name] = largest(operand);
  }
  return sizes;
}

/** The first line of the stack outside the recorder and the layers: the rule's. */
function callSite(recorded: Error): string {
  const lines = recorded.stack?.split('\n').slice(1) ?? [];
  const line = lines.find((entry) => !/runtime\/program|src\/(layers|quantization)/.test(entry)) ?? '';
  return line.trim().replace(/^at /, '');
}

/** Columns rounded up to whole panels, at capacity. */
export const paddedColumns = (columns: Dim | number): number => Math.ceil(capacity(toDim(columns)) / PANEL) * PANEL;

export const bytesOf = (buffers: Iterable<Buffer>): number => {
  let total = 0;
  for (const buffer of buffers) total += byteLength(buffer);
  return total;
};
