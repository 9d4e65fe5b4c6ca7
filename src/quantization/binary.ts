// Weights of which products read the sign alone, times the mean magnitude of their column: W = scale sign(V). What
// learns is the latent V, straight through the sign, kept within the largest first weight (Courbariaux et al.,
// BinaryConnect, NeurIPS 2015; the scales: Rastegari et al., XNOR-Net, ECCV 2016). It is all that is kept, as int8,
// rounded stochastically, or as float: the sign is taken as it is read.

import { view } from '../../runtime/program/buffer.ts';
import { capacity, constant, type Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_mean_magnitude } from '../../runtime/simd/kernels/f32-mean-magnitude.ts';
import { ConfigurationError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { f32 } from './f32.ts';
import { boundOf } from './initializer.ts';
import { int8 } from './int8.ts';
import { learningColumns, roleOf, type Part, type Storage, type Weight, type WeightSpec } from './storage.ts';

export interface BinaryOptions {
  /** How what learns is kept: a byte for each weight, or four. Default `int8`. */
  readonly latent?: 'int8' | 'f32';
}

/** int8 ends where first weights do, as the floats are made to. */
const latents: Readonly<Record<NonNullable<BinaryOptions['latent']>, Storage>> = { int8: int8({ headroom: 1 }), f32 };

/**
 * Binary weights with a scale for each column, learned straight through.
 * @throws ConfigurationError for an unknown option, or a latent that is neither.
 */
export function binary(options: BinaryOptions = {}): Storage {
  const { latent } = readOptions('binary', options, ConfigurationError, {
    latent: [(latent: string) => ['int8', 'f32'].includes(latent) || 'int8 or f32', 'int8'],
  });
  return { name: `binary of ${latent}`, weight: (p, spec) => binaryWeight(p, spec, latents[latent]) };
}

function binaryWeight(p: Program, spec: WeightSpec, storage: Storage): Weight {
  const latent = storage.weight(p, spec);
  const { name, rows, columns, trained, learning } = latent;
  const bound = boundOf(spec.initializer, rows);
  const scale = p.buffer({
    name: `${name}/magnitude`,
    shape: [columns],
    role: roleOf(spec),
    layout: 'panels',
    life: 'persistent',
  });
  const measure = (program: Program, of: Dim): void =>
    program.call(f32_mean_magnitude(latent.reading), { out: view(scale), ...latent.operands(), rows, columns: of });

  return {
    name,
    storage: 'binary',
    rows,
    columns,
    trained,
    learning,
    reading: { ...latent.reading, scaled: true, sign: true },
    get parts() {
      const kept = latent.parts.map((part): Part => (part.is === 'scale' ? { ...part, is: 'step' } : part));
      return [...kept, { buffer: scale, is: 'scale' }] as const;
    },
    operands: (first = 0) => ({ ...latent.operands(first), scale: view(scale, first) }),
    initialize(program) {
      latent.initialize(program);
      measure(program, constant(capacity(columns)));
    },
    learn(program, site, optimizer) {
      latent.learn(program, site, optimizer);
      latent.change?.(program, ({ values }) => values.max(-bound).min(bound));
      measure(program, learningColumns(latent));
    },
  };
}
