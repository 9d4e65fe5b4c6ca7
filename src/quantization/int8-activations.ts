// Activations as int8, y = scale (q - zero), affine and one scale for each tensor, as ONNX and TensorFlow Lite have
// them.

import { view, type Buffer, type IntegerKernels, type Quantization, type View } from '../../runtime/program/buffer.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import { Tensor, wholeWindow, type Expression, type Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_adopt_range } from '../../runtime/simd/kernels/f32-adopt-range.ts';
import { i8_average_pool } from '../../runtime/simd/kernels/i8-average-pool.ts';
import { i8_conv2d } from '../../runtime/simd/kernels/i8-conv2d.ts';
import { i8_depthwise_conv2d } from '../../runtime/simd/kernels/i8-depthwise-conv2d.ts';
import { i8_map } from '../../runtime/simd/kernels/i8-map.ts';
import { i8_matmul } from '../../runtime/simd/kernels/i8-matmul.ts';
import { i8_max_pool } from '../../runtime/simd/kernels/i8-max-pool.ts';
import { isCheap } from '../../runtime/simd/parts/activate.ts';
import type { KeptOutput } from '../../runtime/simd/parts/requantize.ts';
import { ConfigurationError } from '../errors.ts';
import { finite, made, optional, readOptions } from '../options.ts';
import type { Deltas } from './deltas.ts';
import type { Activations, RecordedActivations } from './activations.ts';
import type { LayerProduct, Produced, Reading } from './storage.ts';

export interface Int8ActivationsOptions {
  /** By how much a range moves toward what a training step observed; 0: it stays as calibrated. Default 0.05. */
  readonly momentum?: number;
  /** How dL/dz is kept while the weights of products learn from it, `int8Deltas()`; default: as floats. */
  readonly deltas?: Deltas;
}

const kernels: IntegerKernels = { i8_average_pool, i8_conv2d, i8_depthwise_conv2d, i8_matmul, i8_max_pool };

/**
 * int8 activations, for layers whose weights are `int8()`: products and pools compute in integers, other layers in
 * floats.
 * @throws ConfigurationError for an unknown option, a momentum outside of 0..1, or what keeps no deltas.
 */
export function int8Activations(options: Int8ActivationsOptions = {}): Activations {
  const { momentum, deltas } = readOptions('int8Activations', options, ConfigurationError, {
    momentum: [finite(0, 1), 0.05],
    deltas: [optional(made('dense', 'deltas, such as int8Deltas()'))],
  });
  return { name: 'int8', record: (p) => ({ ...recordActivations(p, momentum), deltas }) };
}

/** Records a call that writes int8 values as told. */
type Fill = (output: KeptOutput, kept: Kept) => void;

/** Operands by name. */
type Kept = Readonly<Record<string, Operand>>;

/** Where a tensor of int8 may lie: scale, zero point and range last, values do not. */
interface Place {
  tensor(p: Program, shape: readonly (Dim | number)[]): Tensor;
  /** Records what fills a tensor of this place. */
  fill(p: Program, training: boolean, call: Fill): void;
  /** An expression as int8. */
  keep(p: Program, expression: Expression, training: boolean): Tensor;
}

/** A place, and the range of what it was given. */
interface Ranged extends Quantization {
  readonly range: Buffer;
}

function recordActivations(p: Program, momentum: number): RecordedActivations {
  const places: Ranged[] = [];
  /** Those that training fills. */
  const observed = new Set<Ranged>();
  let isCalibrating = false;

  const adopt = (program: Program, { scale, zero, range }: Ranged, by: { momentum: number; keeps: 0 | 1 }): void =>
    program.call(f32_adopt_range, { scale, zero, range, ...by });

  const place = (program: Program, name: string): Place => {
    const ranged = { ...quantization(program, name, program.unitNow), range: state(program, `${name}/range`, 2) };
    places.push(ranged);
    const kept: Record<string, View> = { yScale: view(ranged.scale), yZero: view(ranged.zero) };
    /** What is written must not depend on what was seen in earlier steps, so the two are joined apart. */
    const observe = (q: Program, call: Parameters<Place['fill']>[2]): void => {
      const [range, seen] = [
        new Tensor(ranged.range),
        q.tensor({ name: `${name}/seen`, role: 'scratch', shape: [1, 2] }),
      ];
      call('observed', { ...kept, range: seen.at(0) });
      q.write(range, range.max(seen));
    };
    const tensor: Place['tensor'] = (q, shape) =>
      q.tensor({ name, shape, role: 'activation', element: 'i8', quantization: ranged });
    const fill: Place['fill'] = (q, training, call) => {
      if (isCalibrating) {
        observe(q, call);
        adopt(q, ranged, { momentum: 1, keeps: 1 });
      } else if (training && momentum > 0) {
        observed.add(ranged);
        return observe(q, call);
      }
      call('i8', kept);
    };
    return {
      tensor,
      fill,
      keep(q, expression, training) {
        if (expression.shape === null) throw new ProgramError(`${name}: an expression of scalars has no shape to keep`);
        const out = tensor(q, expression.shape);
        fill(q, training, (output, operands) =>
          q.map(expression, wholeWindow(out.shape), (e) => i8_map({ expression: e, output }), {
            out: out.at(0),
            outStride: out.features,
            ...operands,
          }),
        );
        return out;
      },
    };
  };

  const inUnit = (program: Program, { scale: { unit, name } }: Ranged, record: () => void): void =>
    program.unit(unit ?? name, record);
  return {
    input: quantization(p, 'input', null),
    product: (program, name, reading, isAnswer) =>
      integerProduct(reading, place(program, `${name}/input`), isAnswer ? null : place(program, `${name}/output`)),
    asGiven: { product: (_program, _name, reading) => integerProduct(reading, null, null) },
    calibrating(record) {
      isCalibrating = true;
      record();
      isCalibrating = false;
    },
    begin(program) {
      for (const ranged of places) inUnit(program, ranged, () => program.fill(view(ranged.range), 2, 0));
    },
    maintain(program) {
      for (const ranged of observed) inUnit(program, ranged, () => adopt(program, ranged, { momentum, keeps: 0 }));
    },
  };
}

/**
 * In integers where what comes in, or is to go out, is kept as int8 and the weight is integers too; else in floats.
 * @param taken where what comes in is kept, and
 * @param kept what goes out; null: as it is, and as floats
 */
function integerProduct(
  { element, scaled, sign = false }: Reading,
  taken: Place | null,
  kept: Place | null,
): (p: Program, of: LayerProduct) => Produced {
  const whole = scaled && !sign && (element === 'i8' || element === 'i4') ? element : null;
  return (p, { name, x, shape, mode: { training }, product, operands, integer, ...layer }) => {
    const isKept = x.buffer.quantization !== null && x.touches;
    const input = isKept || whole === null ? x : (taken?.keep(p, x, training) ?? x);
    const { quantization } = input.buffer;
    if (quantization === null || whole === null) {
      const floats = p.materialize(`${name}/input`, input);
      const output = layer.floats((out) => layer.multiply(product, floats, out));
      return { input: floats, output: kept?.keep(p, output, training) ?? output };
    }
    const { scale, zero, kernels } = quantization;
    const { activation, start } = product;
    const multiply = (out: Tensor, output: KeptOutput | 'f32', more: Kept = {}): void =>
      p.call(kernels[integer]({ activation, start, element: whole, output }), {
        ...{ out, x: input, xScale: view(scale), xZero: view(zero) },
        ...operands,
        ...more,
      });
    if (kept !== null && isCheap(layer.activation)) {
      const output = kept.tensor(p, shape);
      kept.fill(p, training, (form, more) => multiply(output, form, more));
      return { input, output };
    }
    const output = layer.floats((out) => multiply(out, 'f32'));
    return { input, output: kept?.keep(p, output, training) ?? output };
  };
}

const state = (p: Program, name: string, count: number, more: Partial<Pick<Buffer, 'element' | 'unit'>> = {}): Buffer =>
  p.buffer({ name, role: 'state', life: 'persistent', shape: [1, count], ...more });

const quantization = (p: Program, name: string, unit: string | null): Quantization => ({
  scale: state(p, `${name}/scale`, 1, { unit }),
  zero: state(p, `${name}/zero`, 1, { unit, element: 'i32' }),
  kernels,
});
