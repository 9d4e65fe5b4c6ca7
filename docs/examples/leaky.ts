// A storage outside the library: weights as charges that leak and cannot leave their range. See
// docs/write-a-storage.md.
//
//   learning: W <- W + change, then kept within [-limit, limit];   once a step: W <- (1 - leak) W

import { finite, positive, readOptions, type Program, type Weight, type WeightSpec } from '../../src/author.ts';
import { ConfigurationError, f32, type Storage } from '../../src/index.ts';

export interface LeakyOptions {
  /** The largest weight. Default 0.25. */
  readonly limit?: number;
  /** The share of a weight that is lost in a step. Default 0.001. */
  readonly leak?: number;
}

export function leaky(options: LeakyOptions = {}): Storage {
  const read = readOptions('leaky', options, ConfigurationError, {
    limit: [positive, 0.25],
    leak: [finite(0, 1), 1e-3],
  });
  return { name: nameOf(read), weight: (p, spec) => leakyWeight(p, spec, read) };
}

const nameOf = ({ limit, leak }: Required<LeakyOptions>): string => `leaky ${limit} ${leak}`;

function leakyWeight(p: Program, spec: WeightSpec, options: Required<LeakyOptions>): Weight {
  const { limit, leak } = options;
  const float = f32.weight(p, spec);
  const { name, rows, columns, trained, learning, reading, operands } = float;
  const keep = (program: Program): void => float.change?.(program, ({ values }) => values.max(-limit).min(limit));
  return {
    name,
    storage: nameOf(options),
    rows,
    columns,
    trained,
    learning,
    reading,
    operands,
    get parts() {
      return float.parts;
    },
    initialize(program) {
      float.initialize(program);
      keep(program);
    },
    learn(program, site, optimizer) {
      float.learn(program, site, optimizer);
      keep(program);
    },
    ...(trained && {
      maintain: (program: Program) => float.change?.(program, ({ values }) => values.times(1 - leak)),
    }),
  };
}
