// What a recording is made of: named buffers and counts, phases, units, calls of kernels, loops and conditions. Nothing
// is computed and no memory exists yet. program.ts adds the verbs in which layers and rules are written.

import { elementCount, type Kernel, type PointerParameter, type Sizes } from '../simd/kernel.ts';
import type { ElementType } from '../wasm/pointer.ts';
import {
  along,
  largest,
  plus,
  view,
  type Affine,
  type Buffer,
  type LoopIndex,
  type Quantization,
  type Role,
  type View,
} from './buffer.ts';
import { capacity, constant, counted, describeShape, toDim, type Count, type Dim } from './dim.ts';
import { callSite, ProgramError, stackHere } from './error.ts';
import { expressionsMade, noteWrite, Tensor, type Apply, type Operand } from './expression.ts';
import { Scalar } from './leaves.ts';
import { layouts } from './layout.ts';
import { usesIn, usesOf, type Call, type Condition, type Op } from './op.ts';

export type BufferSpec = Partial<Omit<Buffer, 'shape'>> &
  Pick<Buffer, 'name' | 'role'> & {
    readonly shape: readonly (Dim | number)[];
  };

/** What the host and a phase hand each other, by name. */
export interface PortSpec {
  readonly name: string;
  readonly way: 'in' | 'out';
  readonly shape: readonly (Dim | number)[];
  readonly role: Role;
  readonly element?: ElementType;
  readonly quantization?: Quantization;
  /** Stays until it is filled again: a graph, class weights. */
  readonly cached?: boolean;
}

/** A time step: its number, and how many there are. In a loop that goes back, `turn` counts down. */
export interface Moment {
  readonly turn: Affine;
  readonly steps: Dim;
}

/** Calls that stand here, recorded later. */
interface Place {
  readonly kind: 'place';
  readonly ops: readonly Op[];
}

export class Recorder {
  readonly buffers: Buffer[] = [];
  readonly phases = new Map<string, Op[]>();
  readonly counts = new Map<string, { count: Count; buffer: Buffer }>();
  #ops: (Op | Place)[] | null = null;
  #phase: string | null = null;
  /** The units around what is being recorded, outermost first. */
  #units: readonly string[] = [];
  readonly #names = new Map<string, number>();
  /** What was computed so far in each loop that is being recorded. */
  readonly #computed = new Set<Apply[]>();
  /** The seed of every draw; the host sets it before `prepare`. */
  readonly seed = this.integer('seed', 0);
  /** The number of training steps done; the host counts it up. */
  readonly step = this.integer('step', 0);
  /** The turn of the loop over time around what is being recorded; 0 outside one. */
  #turn: Affine | number = 0;
  #rows: Buffer | null = null;
  readonly #data = new Set<Buffer>();

  // ---- buffers -----------------------------------------------------------------------------------------------------

  /** A new buffer; a transient whose name is taken gets a number behind it. */
  buffer(spec: BufferSpec): Buffer {
    const { layout = 'rowMajor', element = 'f32', life = 'transient' } = spec;
    const { unit = this.unitNow, port = null, initial = null, events = null, quantization = null } = spec;
    const times = (this.#names.get(spec.name) ?? 0) + 1;
    this.#names.set(spec.name, times);
    if (times > 1 && life !== 'transient') throw new ProgramError(`there are two buffers named '${spec.name}'`);
    const name = times === 1 ? spec.name : `${spec.name}#${times}`;
    const shape = spec.shape.map(toDim);
    const buffer = { ...spec, name, shape, layout, element, life, unit, port, initial, events, quantization };
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

  /** What the host fills before a phase that reads it (`cached`: once), or reads after a phase. */
  port({ way, element = 'f32', cached = false, ...spec }: PortSpec): Buffer {
    const life = cached ? 'cached' : 'transient';
    return this.buffer({ ...spec, element, life, unit: null, port: way === 'in' ? 'before' : 'after' });
  }

  /** The port that says which samples of the data stand in the batch: [batch]. */
  get rows(): Buffer {
    if (this.#rows === null) throw new ProgramError('the program has no port of rows');
    return this.#rows;
  }

  set rows(rows: Buffer) {
    this.#rows = rows;
  }

  /** What the host writes, whether a call reads it or not. */
  get host(): ReadonlySet<Buffer> {
    return new Set([this.seed, this.step, ...[...this.counts.values()].map(({ buffer }) => buffer), ...this.#data]);
  }

  /** Planned memory in which the host keeps data: no call needs to touch it. */
  data(spec: Omit<BufferSpec, 'role' | 'life'>): Buffer {
    const buffer = this.buffer({ ...spec, role: 'data', life: 'persistent', unit: null });
    this.#data.add(buffer);
    return buffer;
  }

  protected get turnNow(): Affine | number {
    return this.#turn;
  }

  /** What a loop computes must not have been made before it from what it writes. */
  protected noteComputed(applied: readonly Apply[]): void {
    for (const computed of this.#computed) computed.push(...applied);
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

  // ---- steps -------------------------------------------------------------------------------------------------------

  /** Records calls into a phase, behind what it holds already; inside another phase, out of its loops. */
  phase(name: string, record: () => void): void {
    const ops = this.phases.get(name) ?? [];
    this.phases.set(name, ops);
    const [outer, turn] = [this.#phase, this.#turn];
    [this.#phase, this.#turn] = [name, 0];
    try {
      this.within(ops, record);
    } finally {
      [this.#phase, this.#turn] = [outer, turn];
    }
  }

  /** The phase that is being recorded. */
  get phaseNow(): string {
    if (this.#phase === null) throw new ProgramError('a call was recorded outside a phase');
    return this.#phase;
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
    const recorded = stackHere();
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

  /** A place among the calls recorded so far: what is recorded through it later stands there. */
  place(): (record: () => void) => void {
    const ops: Op[] = [];
    this.push({ kind: 'place', ops });
    return (record) => this.within(ops, record);
  }

  /**
   * The loop over time, or over so many steps of it from the first on; `back` counts down. It is the only loop that is
   * told apart: draws differ from turn to turn. `place` counts from the first.
   */
  time(
    steps: Dim,
    way: 'forward' | 'back',
    record: (at: Moment, place: Affine) => void,
    first: Affine | number = 0,
    count: Dim | number = steps,
  ): void {
    this.loop(
      count,
      (index) => {
        const outer = this.#turn;
        const place = along(index, 1);
        const turn = plus(place, first);
        this.#turn = turn;
        record({ turn, steps }, place);
        this.#turn = outer;
      },
      way,
    );
  }

  /** `record(i)` for i = 0..count-1, or back; the calls inside are recorded once. */
  loop(count: Dim | number, record: (index: LoopIndex) => void, way: 'forward' | 'back' = 'forward'): void {
    const index: LoopIndex = { count: toDim(count), back: way === 'back' };
    const body: Op[] = [];
    const before = expressionsMade();
    const computed: Apply[] = [];
    this.#computed.add(computed);
    this.within(body, () => record(index));
    this.#computed.delete(computed);
    const written = writtenIn(body);
    for (const expression of computed) expression.expectSteady(before, written);
    this.push({ kind: 'loop', index, body });
  }

  /** The buffers that what is recorded inside writes. */
  written(record: () => void): Set<Buffer> {
    const ops: Op[] = [];
    this.within(ops, record);
    this.#ops?.push(...ops);
    return writtenIn(ops);
  }

  /** What is recorded inside runs only where the condition holds for the integer read: a step, a count, a mask. */
  when(read: View | Buffer, condition: Condition, record: () => void): void {
    const body: Op[] = [];
    this.within(body, record);
    this.push({ kind: 'when', read: 'kind' in read ? read : view(read), condition, body });
  }

  private within(ops: Op[], record: () => void): void {
    const outer = this.#ops;
    const recorded: (Op | Place)[] = [];
    this.#ops = recorded;
    try {
      record();
    } finally {
      this.#ops = outer;
      ops.push(...recorded.flatMap((op) => (op.kind === 'place' ? op.ops : [op])));
    }
  }

  private push(op: Op | Place): void {
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

function toOperand(operand: Operand | Buffer | Tensor): Operand {
  if (typeof operand === 'number' || 'kind' in operand) return operand;
  if (!(operand instanceof Tensor)) return view(operand);
  if (operand.touches) return operand.at(0);
  throw new ProgramError(`the rows of this part of '${operand.buffer.name}' do not touch: materialize copies it`);
}

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

const writtenIn = (ops: readonly Op[]): Set<Buffer> =>
  new Set(usesIn(ops).flatMap(({ buffer, writes }) => (writes ? [buffer] : [])));
