// Poison finds kernels that touch more than they declare, and says which buffer betrays them.

import { expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { plan } from '../../runtime/program/plan.ts';
import { poisonSteps, poisonUnits } from '../../runtime/program/poison.ts';
import { Program } from '../../runtime/program/program.ts';
import { f32, kernel, size, type Kernel } from '../../runtime/simd/kernel.ts';

const parameters = { out: f32.inOut('n'), x: f32.in('n'), n: size };

const honest = kernel('honest', parameters, (k, { out, x, n }) => {
  k.for(0, n, 1, (i) => out.at(i).set(out.at(i).add(x.at(i))));
});
const peeking = kernel('peeking', parameters, (_, { out, x, n }) => out.at(0).set(x.at(n)));
const spilling = kernel('spilling', parameters, (k, { out, n }) => out.at(n).set(k.f32(1)));
const meddling = kernel('meddling', parameters, (k, { x }) => x.at(0).set(k.f32(1)));
const straying = kernel('straying', parameters, (k, { out, n }) => out.at(n.mul(1000)).set(k.f32(1)));

/** Three buffers of four floats, one behind the other: out (a parameter), x, neighbour. */
function subject(used: Kernel) {
  const program = new Program();
  const four = { shape: [constant(4)], life: 'persistent' } as const;
  const out = program.buffer({ name: 'out', role: 'parameter', ...four });
  const x = program.buffer({ name: 'x', role: 'data', ...four });
  program.buffer({ name: 'neighbour', role: 'data', ...four });
  program.phase('train', () => program.unit('dense_1', () => program.call(used, { out, x, n: 4 })));
  const planned = plan(program, { share: false });
  const before = new Uint8Array(Float32Array.from({ length: 12 }, (_, index) => index).buffer);
  return { program, plan: planned, features: 'none', phase: 'train', before } as const;
}

test('a kernel that keeps to its declaration goes unnoticed', async () => {
  expect(await poisonSteps(subject(honest))).toEqual([]);
  expect(await poisonUnits(subject(honest))).toEqual([]);
});

test.each([
  [peeking, "'out' depends on what the step does not read"],
  [spilling, "'x' is written, but not declared so"],
  [meddling, "'x' is written, but not declared so"],
  [straying, 'writes outside the plan'],
])('of $name it tells', async (dishonest, problem) => {
  const [found] = await poisonSteps(subject(dishonest));
  expect(found).toMatch(new RegExp(`^train: ${dishonest.name} of dense_1, recorded at .*poison\\.test\\.ts:\\d+`));
  expect(found).toContain(problem);
});

test('a unit whose update depends on more than it reads is named', async () => {
  const problem = "train: the update of 'out' depends on more than 'dense_1' reads";
  expect(await poisonUnits(subject(peeking))).toEqual([problem]);
});
