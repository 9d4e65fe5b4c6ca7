// A fixed random table with a row for each output, by which targets are projected. Its numbers are f(seed, name,
// element), so it is kept only where it is small beside what it trains; else it is drawn once a step.

import { f32_random } from '../../../runtime/simd/kernels/f32-random.ts';
import type { Tensor } from '../../../runtime/program/expression.ts';
import type { BufferSpec, Program } from '../../../runtime/program/program.ts';
import type { Projection } from '../task.ts';

/** A table is kept if it has at most this share of the weights it trains. */
const KEPT_SHARE = 1 / 16;

export const isKept = (elements: number, weights: number): boolean => elements <= weights * KEPT_SHARE;

type Table = Pick<BufferSpec, 'name' | 'shape' | 'layout'>;

export function fixedTable(p: Program, table: Table, elements: number, keeps: boolean, draws: Projection): Tensor {
  const { kind, scale } = draws;
  const out = p.tensor({ ...table, ...(keeps ? { role: 'constant', life: 'persistent' } : { role: 'scratch' }) });
  const range: Record<string, number> = kind === 'uniform' ? { low: -scale, high: scale } : { scale };
  const draw = (): void => {
    const numbers = { n: elements, stride: 1, first: 0, turn: 0, ...range };
    p.call(f32_random(kind), { out, ...p.draws(table.name), ...numbers });
  };
  if (keeps) p.phase('prepare', draw);
  else draw();
  return out;
}
