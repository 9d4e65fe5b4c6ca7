// The recorded program. A learning rule runs once, over this recorder; what remains is a list of kernel calls per
// phase, with loops and conditions, over named buffers: plan.ts gives every buffer an address, link.ts makes the
// module, interpret.ts runs the same list on the references. Here are the verbs in which layers and rules are written.

import type { Kernel } from '../simd/kernel.ts';
import { f32_map, type MapExpression } from '../simd/kernels/f32-map.ts';
import { f32_row_sum } from '../simd/kernels/f32-row-sum.ts';
import { PANEL } from '../simd/parts/panels.ts';
import { streamKey } from '../simd/parts/philox.ts';
import { along, byteLength, view, type Affine, type Buffer, type View } from './buffer.ts';
import { capacity, constant, describeShape, fixed, toDim, type Dim } from './dim.ts';
import { ProgramError } from './error.ts';
import { LeafList, Tensor, wholeWindow, type Expression, type Operand, type Window } from './expression.ts';
import { Constant, Drawn, PerSample, type DrawnSpec } from './leaves.ts';
import { Recorder, type BufferSpec, type Moment } from './recorder.ts';

export type { BufferSpec, Moment, PortSpec } from './recorder.ts';

/** The operands of a kernel that draws. */
export type Draws = Readonly<Record<'seed' | 'stream' | 'step' | 'turn', Operand>>;

export interface DrawOptions extends Pick<DrawnSpec, 'kind' | 'scale' | 'range' | 'first'> {
  /** `once`: the same in every step (a projection); `step`: new in each. */
  readonly each: 'once' | 'step';
  readonly at?: Moment;
  /**
   * `sample`: each its own, by the port `rows`; `batch`: one row for all, as an answer must have it that depends on no
   * neighbour; an index: the row of a fixed table that it names. `element`: rows are no samples, as those of a weight.
   */
  readonly per: 'sample' | 'batch' | 'element' | { readonly row: Buffer };
}

export class Program extends Recorder {
  /**
   * The operands of a random kernel that say which draws: f(seed, stream name, step, element), never the order of
   * calls. Draws that differ from step to step are given the step, others 0.
   */
  draws(stream: string, step: Buffer | number = 0): Draws {
    return {
      seed: view(this.seed),
      stream: streamKey(stream) | 0,
      step: typeof step === 'number' ? step : view(step),
      turn: this.turnNow,
    };
  }

  /**
   * Random numbers without a buffer of their own. What is drawn again (a mask, a direction, a code) must be the same
   * again, so it names its moment and never takes it from the loops around it.
   */
  drawn(stream: string, shape: readonly (Dim | number)[], { at, ...spec }: DrawOptions): Drawn {
    const from = { ...this.draws(stream, spec.each === 'step' ? this.step : 0), turn: at?.turn ?? 0 };
    const per = spec.per === 'sample' ? { sample: this.rows } : spec.per;
    return new Drawn({ ...spec, shape: shape.map(toDim), per, from });
  }

  // ---- expressions -------------------------------------------------------------------------------------------------

  /** Computes a window of an expression into `out`, rows `outStride` apart, zeros from its columns to `padded`. */
  evaluate(expression: Expression, out: View, window: Window, outStride: Dim | number, padded: Dim | number): void {
    this.map(expression, window, f32_map, { out, outStride, padded });
  }

  /** Computes a window of an expression by the kernel that is made from it. */
  map(
    expression: Expression,
    window: Window,
    kernelOf: (expression: MapExpression) => Kernel,
    operands: Readonly<Record<string, Operand>>,
  ): void {
    const leaves = new LeafList(window);
    const variant = leaves.compile(expression);
    this.noteComputed(leaves.applied);
    const { rows, columns } = window;
    this.call(kernelOf(variant), { ...leaves.operands, ...operands, rows, columns });
  }

  /** Computes a whole expression into a new tensor. */
  compute(name: string, expression: Expression, spec: Partial<BufferSpec> = {}): Tensor {
    if (expression.shape === null) throw new ProgramError(`${name}: an expression of scalars has no shape to compute`);
    const tensor = this.tensor({ name, role: 'activation', ...spec, shape: expression.shape });
    this.write(tensor, expression);
    return tensor;
  }

  /** The expression as a tensor of floats whose rows touch: itself if it is one already. */
  materialize(name: string, expression: Expression): Tensor {
    return expression instanceof Tensor && expression.isPlain ? expression : this.compute(name, expression);
  }

  /**
   * Computes into a tensor. A value narrower than its place leaves zeros behind it: classes in a place at capacity.
   * @throws ProgramError for a value of other rows, or that is wider.
   */
  write(out: Tensor, value: Expression | number): void {
    const expression = typeof value === 'number' ? new Constant(value) : value;
    const window = wholeWindow(expression.shape ?? [out.batch, out.features]);
    const fits = describeShape([window.rows]) === describeShape([out.batch]);
    if (!fits || capacity(window.columns) > capacity(out.features)) {
      const [from, to] = [expression.shape ?? [], out.shape].map(describeShape);
      throw new ProgramError(`a value of ${from} does not fit into '${out.buffer.name}' ${to}`);
    }
    if (expression.inSamples) this.writeSamples(out, expression);
    else this.evaluate(expression, out.at(0), window, out.stride, out.features);
  }

  /** As `write`, sample by sample, the last axis at a time. */
  private writeSamples(out: Tensor, expression: Expression): void {
    const what = `'${out.buffer.name}'`;
    const [features, channels, stride] = [out.features, out.shape[out.shape.length - 1], out.stride].map((dim) =>
      fixed(dim, what),
    );
    const window = { rows: constant(features / channels), columns: constant(channels), first: 0 };
    this.loop(out.batch, (index) =>
      this.evaluate(
        expression,
        out.at(along(index, stride)),
        { ...window, sample: { index, channels } },
        channels,
        channels,
      ),
    );
  }

  /** Sets tensors to zero, at full capacity where their rows touch. */
  zero(...tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      const elements = tensor.shape.reduce((total, axis) => total * capacity(axis), 1);
      if (tensor.touches) this.fill(tensor.at(0), elements, 0);
      else this.write(tensor, 0);
    }
  }

  /** The sum along the features of every sample, as one number for each. */
  rowSum(name: string, expression: Expression): PerSample {
    if (expression.shape === null) throw new ProgramError(`${name}: an expression of scalars has no rows to sum`);
    const leaves = new LeafList(wholeWindow(expression.shape));
    const variant = leaves.compile(expression);
    this.noteComputed(leaves.applied);
    const { rows, columns } = wholeWindow(expression.shape);
    const out = this.buffer({ name, role: 'activation', shape: [rows] });
    this.call(f32_row_sum(variant), { ...leaves.operands, out, rows, columns });
    return new PerSample(out);
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
}

/** Columns rounded up to whole panels, at capacity. */
export const paddedColumns = (columns: Dim | number): number => Math.ceil(capacity(toDim(columns)) / PANEL) * PANEL;

export const bytesOf = (buffers: Iterable<Buffer>): number => {
  let total = 0;
  for (const buffer of buffers) total += byteLength(buffer);
  return total;
};
