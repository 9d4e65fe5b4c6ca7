// The recorded program. A learning rule runs once, over this recorder; what remains is a list of kernel calls per
// phase, with loops and conditions, over named buffers. Nothing is computed and no memory exists yet: plan.ts gives
// every buffer an address, link.ts makes the module, interpret.ts runs the same list on the references.

import { PANEL } from '../simd/parts/panels.ts';
import { f32_map } from '../simd/kernels/f32-map.ts';
import { elementCount, type Kernel, type PointerParameter, type Sizes } from '../simd/kernel.ts';
import { streamKey } from '../simd/parts/philox.ts';
import {
  along,
  byteLength,
  largest,
  view,
  type Affine,
  type Buffer,
  type LoopIndex,
  type Role,
  type View,
} from './buffer.ts';
import { capacity, constant, counted, describeShape, toDim, type Count, type Dim } from './dim.ts';
import { callSite, ProgramError } from './error.ts';
import {
  expressionsMade,
  LeafList,
  noteWrite,
  Scalar,
  Tensor,
  wholeWindow,
  type Apply,
  type Expression,
  type Operand,
  type Window,
} from './expression.ts';
import { layouts } from './layout.ts';
import { callsOf, usesOf, type Call, type Condition, type Op } from './op.ts';

export type BufferSpec = Partial<Omit<Buffer, 'shape'>> &
  Pick<Buffer, 'name' | 'role'> & {
    readonly shape: readonly (Dim | number)[];
  };

export class Program {
  readonly buffers: Buffer[] = [];
  readonly phases = new Map<string, Op[]>();
  readonly counts = new Map<string, { count: Count; buffer: Buffer }>();
  #ops: Op[] | null = null;
  /** The units around what is being recorded, outermost first. */
  #units: readonly string[] = [];
  readonly #names = new Map<string, number>();
  /** What was computed so far in each loop that is being recorded. */
  readonly #computed = new Set<Apply[]>();
  /** The seed of every draw; the host sets it before `prepare`. */
  readonly seed = this.integer('seed', 0);
  /** The number of training steps done; the host counts it up. */
  readonly step = this.integer('step', 0);

  // ---- buffers -----------------------------------------------------------------------------------------------------

  /** A new buffer; a transient whose name is taken gets a number behind it. */
  buffer(spec: BufferSpec): Buffer {
    const { layout = 'rowMajor', element = 'f32', life = 'transient', port = null, initial = null } = spec;
    const { unit = this.unitNow } = spec;
    const times = (this.#names.get(spec.name) ?? 0) + 1;
    this.#names.set(spec.name, times);
    if (times > 1 && life !== 'transient') throw new ProgramError(`there are two buffers named '${spec.name}'`);
    const name = times === 1 ? spec.name : `${spec.name}#${times}`;
    const shape = spec.shape.map(toDim);
    const buffer = { ...spec, name, shape, layout, element, life, unit, port, initial };
    this.buffers.push(buffer);
    return buffer;
  }

  tensor(spec: BufferSpec): Tensor {
    return new Tensor(this.buffer(spec));
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
   * Where the present value of a count stands.
   * @throws ProgramError for a count of another program.
   */
  counter({ name }: Count): Buffer {
    const known = this.counts.get(name);
    if (known === undefined) throw new ProgramError(`the count '${name}' is not of this program`);
    return known.buffer;
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
    const ops = this.phases.get(name) ?? [];
    this.phases.set(name, ops);
    this.within(ops, record);
  }

  /** Everything recorded inside belongs to this unit, or, inside another unit, to this layer of it. */
  unit<T>(name: string, record: () => T): T {
    const outer = this.#units;
    this.#units = [...outer, name];
    try {
      return record();
    } finally {
      this.#units = outer;
    }
  }

  /** The unit whose calls are being recorded; null outside any. */
  get unitNow(): string | null {
    return this.#units[0] ?? null;
  }

  private get layerNow(): string | null {
    return this.#units[this.#units.length - 1] ?? null;
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
        const scratch = {
          name: `${this.layerNow ?? 'shared'}/${name}`,
          shape,
          role,
          element: parameter.element,
        } as const;
        operands[name] ??= view(this.buffer(scratch));
      } else this.checkPointer(kernel, name, parameter, operands[name], sizes);
    }
    const recorded = new Error();
    this.push({
      kind: 'call',
      kernel,
      operands,
      unit: this.unitNow,
      layer: this.layerNow,
      get site() {
        return callSite(recorded);
      },
    });
  }

  /** `record(i)` for i = 0..count-1; the calls inside are recorded once. */
  loop(count: Dim | number, record: (index: LoopIndex) => void): void {
    const index: LoopIndex = { count: toDim(count) };
    const body: Op[] = [];
    const before = expressionsMade();
    const computed: Apply[] = [];
    this.#computed.add(computed);
    this.within(body, () => record(index));
    this.#computed.delete(computed);
    const written = new Set(
      callsOf(body)
        .flatMap(usesOf)
        .flatMap(({ buffer, writes }) => (writes ? [buffer] : [])),
    );
    for (const expression of computed) expression.expectSteady(before, written);
    this.push({ kind: 'loop', index, body });
  }

  /** What is recorded inside runs only where the condition holds for the integer read: a step, a count, a mask. */
  when(read: View | Buffer, condition: Condition, record: () => void): void {
    const body: Op[] = [];
    this.within(body, record);
    this.push({ kind: 'when', read: 'kind' in read ? read : view(read), condition, body });
  }

  // ---- expressions -------------------------------------------------------------------------------------------------

  /** Computes a window of an expression into `out`, rows `outStride` apart, zeros from its columns to `padded`. */
  evaluate(expression: Expression, out: View, window: Window, outStride: Dim | number, padded: Dim | number): void {
    const leaves = new LeafList(window);
    const variant = leaves.compile(expression);
    for (const computed of this.#computed) computed.push(...leaves.applied);
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

  private within(ops: Op[], record: () => void): void {
    const outer = this.#ops;
    this.#ops = ops;
    try {
      record();
    } finally {
      this.#ops = outer;
    }
  }

  private push(op: Op): void {
    if (this.#ops === null) throw new ProgramError('a call was recorded outside a phase');
    this.#ops.push(op);
    if (op.kind === 'call') this.noteWrites(op);
  }

  /** Weights are written by units alone: without one, nobody could say what their update waits for. */
  private noteWrites(call: Call): void {
    for (const { buffer, writes } of usesOf(call)) {
      if (!writes) continue;
      if (buffer.role === 'parameter' && call.unit === null) {
        throw new ProgramError(`${call.kernel.name} writes the weight '${buffer.name}' outside any unit`);
      }
      noteWrite(buffer);
    }
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

/** Columns rounded up to whole panels, at capacity. */
export const paddedColumns = (columns: Dim | number): number => Math.ceil(capacity(toDim(columns)) / PANEL) * PANEL;

export const bytesOf = (buffers: Iterable<Buffer>): number => {
  let total = 0;
  for (const buffer of buffers) total += byteLength(buffer);
  return total;
};
