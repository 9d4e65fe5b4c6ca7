// The arithmetic limit that kernels are compared with: the most float operations a second that one thread of this engine
// reaches in registers, without a single load. The best of two loops:
//   apart   p_i <- p_i c, s_i <- s_i + c   six chains each: products and sums of one lane of work do not wait for each other
//   fused   s_i <- s_i + c d               twelve chains of relaxed multiply-add, where the engine has it
// Twelve chains cover a latency of up to six cycles of two pipes; with the constants they fit 16 registers.

import { Emitter } from '../runtime/wasm/emitter.ts';
import { type Features, supports } from '../runtime/wasm/features.ts';
import { allocate, instantiate } from '../runtime/wasm/instantiate.ts';
import { ModuleBuilder } from '../runtime/wasm/module.ts';
import { measure } from './measure.ts';

const CHAINS = 12;
const TURNS = 20_000;
const LANES = 4;

/** Float operations a second of the best loop, in GFLOP/s. */
export async function measurePeak(): Promise<number> {
  const loops = [{ call: await registerLoop('simd128'), flops: CHAINS * LANES * TURNS }];
  if (supports('relaxed')) loops.push({ call: await registerLoop('relaxed'), flops: 2 * CHAINS * LANES * TURNS });
  const timings = await measure(loops, { warmUpMs: 200, blockMs: 20, rounds: 15, budgetMs: 1000 });
  return Math.max(...timings.map(({ minMs }, index) => loops[index].flops / minMs / 1e6));
}

async function registerLoop(features: Features): Promise<() => void> {
  const e = new Emitter(features);
  const constant = e.let(e.f32x4(1));
  const chains = Array.from({ length: CHAINS }, () => e.var(e.f32x4(1)));
  e.for(0, TURNS, 1, () => {
    chains.forEach((chain, index) => {
      if (features === 'relaxed') chain.set(chain.multiplyAdd(constant, constant));
      else chain.set(index % 2 === 0 ? chain.mul(constant) : chain.add(constant));
    });
  });
  const out = e.pointer('f32', e.i32(0));
  out.at(0).set(e.horizontalSum(chains.reduce<ReturnType<typeof e.f32>>((sum, chain) => sum.add(chain), constant)));

  const module = new ModuleBuilder();
  module.add(e.finish('loop', true));
  return (await instantiate(module.encode(1), allocate(1))).loop;
}
