// The arithmetic limit that kernels are compared with: the most float operations a second that one thread of this
// engine reaches in registers, without a single load. An outer product added up for ever,
//   sum[i][j] <- sum[i][j] + a[i] b[j],
// whose a[i] change places every turn, so that no product is the same as in the turn before and may be kept.
// Not a bound by theory: it is measured on the machine, in the run that uses it.

import { Emitter } from '../../runtime/wasm/emitter.ts';
import { type Features, supports } from '../../runtime/wasm/features.ts';
import { allocate, instantiate } from '../../runtime/wasm/instantiate.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { measure } from '../shared/measure.ts';

/** Tiles that V8 keeps in 16 registers and that hide the latency of an addition (3 cycles) or a fused one (4). */
const TILES = [
  { features: 'simd128', rows: 2, columns: 3 },
  { features: 'relaxed', rows: 3, columns: 3 },
] as const;

const TURNS = 20_000;
const LANES = 4;

/** Float operations a second of the best loop, in GFLOP/s. */
export async function measurePeak(): Promise<number> {
  const tiles = TILES.filter(({ features }) => supports(features));
  const loops = await Promise.all(tiles.map(({ features, rows, columns }) => outerProducts(features, rows, columns)));
  const timings = await measure(
    loops.map((call) => ({ call })),
    { warmUpMs: 200, blockMs: 20, rounds: 25, budgetMs: 1000 },
  );
  const rates = tiles.map(({ rows, columns }, index) => (2 * rows * columns * LANES * TURNS) / timings[index].minMs);
  return Math.max(...rates) / 1e6;
}

async function outerProducts(features: Features, rows: number, columns: number): Promise<() => void> {
  const e = new Emitter(features);
  const a = Array.from({ length: rows }, (_, i) => e.var(e.f32x4(1 + i)));
  const b = Array.from({ length: columns }, (_, j) => e.let(e.f32x4(1 + j)));
  const sums = a.map(() => b.map(() => e.var(e.f32x4(0))));

  e.for(0, TURNS, 1, () => {
    // Last to first: V8 11.3 keeps this order in registers and spills the other.
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) sums[i][j].set(sums[i][j].multiplyAdd(a[i], b[j]));
    }
    const first = e.let(a[0]);
    for (let i = 0; i < rows; i++) a[i].set(a[i + 1] ?? first);
  });

  const out = e.pointer('f32', e.i32(0));
  for (const sum of sums.flat()) out.at(0).set(out.at(0).add(e.horizontalSum(sum)));
  const module = new ModuleBuilder();
  module.add(e.finish('loop', true));
  return (await instantiate(module.encode(1), allocate(1))).loop;
}
