// Random programs for the planner: calls, loops in loops and ports over buffers of random sizes, from a seed.

import type { Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { f32, kernel, size, type Referenced } from '../../runtime/simd/kernel.ts';
import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';

const parameters = { out: f32.out('n'), a: f32.in('na'), b: f32.in('nb'), n: size, na: size, nb: size };

/** out[i] = a[i mod na] / 2 + b[i mod nb] / 4 + i: sensitive to every element that it reads. Only interpreted. */
const mix = kernel('mix', parameters, () => {});
export const mixReference =
  () =>
  ({ out, a, b, n, na, nb }: Referenced<typeof parameters>): void => {
    for (let i = 0; i < n; i++) out[i] = a[i % na] / 2 + b[i % nb] / 4 + i;
  };

const SIZES = [1, 3, 8, 16, 17, 40, 64, 100];

/** Phases `train` and `predict`, each from a port `<phase>/in` to a port `<phase>/out`. */
export function randomProgram(seed: number): Program {
  const word = wordReader(seed, streamKey('program'), 0);
  const below = (bound: number): number => randomBelow(word, bound);
  const p = new Program();
  const make = (name: string, port: Buffer['port'] = null): Buffer =>
    p.buffer({ name, shape: [constant(4 * SIZES[below(SIZES.length)])], role: 'activation', port });
  const length = ({ shape }: Buffer): number => shape[0].offset;
  const call = (out: Buffer, a: Buffer, b: Buffer): void =>
    p.call(mix, { out, a, b, n: length(out), na: length(a), nb: length(b) });

  /** Some calls on what was written so far; most read what is new, some overwrite what is old. */
  const record = (written: readonly Buffer[], depth: number): Buffer => {
    const known = [...written];
    const pick = (): Buffer => {
      const reach = Math.min(known.length, below(3) === 0 ? known.length : 4);
      return known[known.length - 1 - below(reach)];
    };
    for (let turns = 4 + below(depth === 0 ? 24 : 6); turns > 0; turns--) {
      if (depth < 2 && below(6) === 0) {
        p.loop(2 + below(2), () => record(known, depth + 1));
        continue;
      }
      const [a, b] = [pick(), pick()];
      const out = below(8) === 0 ? pick() : make('t');
      call(out, a, b);
      if (!known.includes(out)) known.push(out);
    }
    return pick();
  };

  for (const phase of ['train', 'predict']) {
    const input = make(`${phase}/in`, 'before');
    p.phase(phase, () => call(make(`${phase}/out`, 'after'), record([input], 0), input));
  }
  return p;
}
