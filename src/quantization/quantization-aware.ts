// Quantization-aware training: float weights learn, and products read what they are as int8 or int4, rounded to the
// nearest, the largest of a column being the limit (Jacob et al., CVPR 2018). The gradient passes the rounding straight
// through. So a learner answers as it will when its floats are left behind, in integers with `int8Activations()` too;
// it keeps both, five bytes for each weight of int8.

import { view } from '../../runtime/program/buffer.ts';
import { capacity, constant, type Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { int_requantize_rne } from '../../runtime/simd/kernels/int-requantize-rne.ts';
import { PANEL, panelCount } from '../../runtime/simd/parts/panels.ts';
import type { Whole } from '../../runtime/simd/parts/rounding.ts';
import { ConfigurationError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { f32 } from './f32.ts';
import { scaledColumns } from './panels.ts';
import { learningColumns, type Part, type Storage, type Weight, type WeightSpec } from './storage.ts';

export interface QuantizationAwareOptions {
  /** Of a weight as products read it. Default 8. */
  readonly bits?: 8 | 4;
}

/**
 * Float weights that are read as int8 or int4, with a scale for each column.
 * @throws ConfigurationError for an unknown option, or other bits.
 */
export function quantizationAware(options: QuantizationAwareOptions = {}): Storage {
  const { bits } = readOptions('quantizationAware', options, ConfigurationError, {
    bits: [(bits: number) => [4, 8].includes(bits) || '8 or 4', 8],
  });
  return {
    name: `quantization-aware int${bits}`,
    weight: (p, spec) => awareWeight(p, spec, bits === 8 ? 'i8' : 'i4'),
  };
}

function awareWeight(p: Program, spec: WeightSpec, element: Whole): Weight {
  const latent = f32.weight(p, spec);
  const { name, rows, columns, trained, learning } = latent;
  const { values, scale, operands } = scaledColumns(p, { ...spec, name: `${name}/quantized` }, element);
  const quantize = (program: Program, of: Dim): void => {
    const { weight: out, scale: scales } = operands();
    program.call(int_requantize_rne(element), { out, scale: scales, x: latent.operands().weight, rows, columns: of });
  };

  return {
    name,
    storage: 'quantizationAware',
    rows,
    columns,
    trained,
    learning,
    reading: { element, scaled: true },
    get parts() {
      const kept = latent.parts.map((part): Part => (part.is === 'value' ? { ...part, is: 'latent' } : part));
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...kept] as const;
    },
    operands,
    initialize(program) {
      latent.initialize(program);
      program.fill(view(scale), panelCount(capacity(columns)) * PANEL, 1);
      quantize(program, constant(capacity(columns)));
    },
    learn(program, site, optimizer) {
      latent.learn(program, site, optimizer);
      quantize(program, learningColumns(latent));
    },
  };
}
