// Plans: no two live buffers share a byte, no byte is nobody's, and transients stay near what no plan can undercut.

import { describe, expect, test } from 'vitest';
import { byteLength, view, type Buffer } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { contents } from '../../runtime/program/interpret.ts';
import { lifetimes } from '../../runtime/program/lifetime.ts';
import { BudgetError, plan, type Plan } from '../../runtime/program/plan.ts';
import { Program, type BufferSpec } from '../../runtime/program/program.ts';
import { f32, kernel, size, u8 } from '../../runtime/simd/kernel.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import { mixReference, randomProgram } from './random-program.ts';
import { interpretSame } from './run.ts';

/** Bytes in, floats out. */
const widen = kernel('widen', { out: f32.out('n'), x: u8.in('n'), n: size }, (k, { out, x, n }) => {
  k.for(0, n, 1, (i) => out.at(i).set(x.at(i).toFloat()));
});

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

interface Range {
  readonly start: number;
  readonly end: number;
}

const rangeOf = (planned: Plan, buffer: Buffer): Range => {
  const start = planned.addresses.get(buffer)!;
  return { start, end: start + byteLength(buffer) };
};

const overlap = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;

/** Pairs of buffers that share bytes and are alive at the same call. */
function clashes(program: Program, planned: Plan): string[] {
  const lasting = program.buffers.filter(({ life }) => life !== 'transient');
  return [...program.phases.keys()].flatMap((phase) => {
    const alive = lifetimes(program, phase);
    const buffers = [...lasting, ...alive.keys()];
    const touch = (a: Buffer, b: Buffer): boolean => {
      const [lifeA, lifeB] = [alive.get(a), alive.get(b)];
      return lifeA === undefined || lifeB === undefined || (lifeA.start <= lifeB.end && lifeB.start <= lifeA.end);
    };
    return buffers.flatMap((a, index) =>
      buffers
        .slice(index + 1)
        .filter((b) => touch(a, b) && overlap(rangeOf(planned, a), rangeOf(planned, b)))
        .map((b) => `${phase}: '${a.name}' and '${b.name}'`),
    );
  });
}

/** Bytes of the plan that belong to no buffer. */
function gaps({ addresses, bytes }: Plan): number {
  const owned = new Uint8Array(bytes);
  for (const [buffer, start] of addresses) owned.fill(1, start, start + byteLength(buffer));
  return owned.reduce((free, byte) => free + 1 - byte, 0);
}

describe(`${SEEDS.length} random programs`, () => {
  const planned = SEEDS.map((seed) => {
    const program = randomProgram(seed);
    return { program, shared: plan(program) };
  });

  test('share no byte between buffers alive at the same call', () => {
    expect(planned.flatMap(({ program, shared }) => clashes(program, shared))).toEqual([]);
  });

  test('leave no gap: the plan is the union of its buffers', () => {
    expect(planned.filter(({ shared }) => gaps(shared) > 0)).toEqual([]);
  });

  test('stay within 5 % of the lower bound of transients', () => {
    const ratios = planned.map(({ shared }) => shared.arena / shared.lowerBound.transients);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1.05);
  });

  test('compute the same bits as with a memory of its own for every buffer', () => {
    for (const { program, shared } of planned) {
      const runs = [shared, plan(program, { share: false })].map((memory) =>
        interpretSame(program, memory, { referenceOf: mixReference as never }),
      );
      for (const phase of program.phases.keys()) {
        const outputs = runs.map((run) => {
          const input = program.buffers.find(({ name }) => name === `${phase}/in`)!;
          run.write(
            input.name,
            Float32Array.from({ length: input.shape[0].offset }, (_, i) => i % 7),
          );
          run.call(phase);
          return run.read(`${phase}/out`);
        });
        expect(outputs[0]).toEqual(outputs[1]);
      }
    }
  });
});

describe('a plan', () => {
  function chain(): { program: Program; tensors: Tensor[] } {
    const program = new Program();
    const x = program.tensor({ name: 'x', shape: [1, 8], role: 'input', port: 'before' });
    const weight = program.tensor({ name: 'weight', shape: [1, 4], role: 'parameter', life: 'persistent' });
    const odd = program.tensor({ name: 'odd', shape: [1, 3], role: 'state', life: 'persistent' });
    const tensors: Tensor[] = [];
    program.phase('run', () => {
      program.unit('unit', () => program.zero(weight, odd));
      const a = program.compute('a', x.times(2));
      const b = program.compute('b', a.plus(1));
      tensors.push(a, b, program.compute('c', b.plus(1), { port: 'after' }));
    });
    return { program, tensors };
  }

  test('reports the bytes alive at each call, at the fullest moment, and by role', () => {
    const { program } = chain();
    const { timeline, lowerBound, arena, byRole, bytes } = plan(program);
    expect(timeline.get('run')).toEqual([32, 32, 64, 64, 64]);
    expect({ lowerBound, arena }).toEqual({ lowerBound: { transients: 64, whole: 100 }, arena: 64 });
    expect(byRole).toEqual({ input: 32, activation: 32, parameter: 16, state: 20 });
    expect(bytes).toBe(100);
  });

  test('holds what a phase uses and what the host writes, and nothing else', () => {
    const program = new Program();
    const named = (name: string, spec: Partial<BufferSpec>): Tensor =>
      program.tensor({ name, shape: [1, 4], role: 'data', ...spec });
    named('unused', { life: 'persistent' });
    named('unused port', { port: 'before' });
    program.count('batch', 3);
    const [table, input, label] = [
      named('table', { life: 'persistent' }),
      named('input', { port: 'before' }),
      named('label', { port: 'before' }),
    ];
    program.phase('train', () => program.compute('y', input.plus(label)));
    program.phase('predict', () => program.compute('z', input.plus(table)));
    const { addresses, timeline } = plan(program);
    const names = [...addresses.keys()].map(({ name }) => name).sort();
    expect(names).toEqual(['count/batch', 'input', 'label', 'seed', 'step', 'table', 'y', 'z']);
    expect(timeline.get('train')).toEqual([3 * 16]);
    expect(timeline.get('predict'), 'a port costs nothing in a phase that does not read it').toEqual([2 * 16]);
  });

  test('reuses the bytes of a buffer that has died', () => {
    const {
      program,
      tensors: [a, , c],
    } = chain();
    const { addresses } = plan(program);
    expect(overlap(rangeOf({ addresses } as Plan, a.buffer), rangeOf({ addresses } as Plan, c.buffer))).toBe(true);
  });

  test('gives every buffer its own bytes when it does not share', () => {
    const { program } = chain();
    const own = plan(program, { share: false });
    const buffers = [...own.addresses.keys()];
    const sharing = buffers.filter((a) => buffers.some((b) => a !== b && overlap(rangeOf(own, a), rangeOf(own, b))));
    expect(sharing).toEqual([]);
    expect(own.arena).toBe(4 * 32);
    expect(own.lowerBound).toEqual(plan(program).lowerBound);
  });

  test('starts whole vectors at multiples of 16 bytes', () => {
    const { program } = chain();
    for (const [buffer, address] of plan(program).addresses) {
      if (byteLength(buffer) % 16 === 0) expect(address % 16, buffer.name).toBe(0);
    }
  });

  test('keeps what is cached from one phase to the next', () => {
    const program = new Program();
    const x = program.tensor({ name: 'x', shape: [1, 4], role: 'input', life: 'persistent' });
    let kept = x;
    program.phase('make', () => {
      kept = program.compute('kept', x.times(2), { life: 'cached' });
    });
    program.phase('work', () => {
      program.compute('y', program.compute('z', x.plus(1)).plus(kept), { port: 'after' });
    });
    const run = interpretSame(program);
    run.write('x', [1, 2, 3, 4]);
    for (const phase of ['make', 'work', 'work']) run.call(phase);
    expect(run.read('y')).toEqual(Float32Array.of(4, 7, 10, 13));
    expect(contents(run.plan, run.memory, kept.buffer, 4)).toEqual(Float32Array.of(2, 4, 6, 8));
  });

  test('begins every buffer at a whole element, whatever bytes stand before it, shared or not', () => {
    const program = new Program();
    const bytes = (name: string, n: number, spec: Partial<BufferSpec> = {}) =>
      program.buffer({ name, shape: [n], role: 'data', element: 'u8', ...spec });
    const standing = bytes('pixels', 490, { life: 'persistent' });
    const hyper = program.buffer({ name: 'hyper', shape: [3], role: 'state', life: 'persistent' });
    program.phase('run', () => {
      const brightness = program.buffer({ name: 'brightness', shape: [490], role: 'scratch' });
      program.call(widen, { out: brightness, x: standing, n: 490 });
      program.fill(view(hyper), 3, 1);
      const given = bytes('given', 7, { port: 'before' });
      const x = program.tensor({ name: 'x', shape: [1, 5], role: 'input', port: 'before' });
      program.compute('y', x.plus(1), { port: 'after' });
      program.call(widen, { out: program.buffer({ name: 'wide', shape: [7], role: 'scratch' }), x: given, n: 7 });
    });
    for (const share of [true, false]) {
      const { addresses, bytes: whole, lowerBound } = plan(program, { share });
      for (const [buffer, address] of addresses) expect(address % bytesPerElement(buffer.element), buffer.name).toBe(0);
      expect(addresses.get(standing)! > addresses.get(hyper)!, 'single bytes stand last').toBe(true);
      if (share) expect(whole - lowerBound.whole).toBeLessThan(4);
    }
  });

  test('beyond the reach of 32-bit addresses is refused, with both sizes', () => {
    const program = new Program();
    const huge = program.buffer({ name: 'huge', shape: [constant(2 ** 29)], role: 'data', life: 'persistent' });
    program.phase('run', () => program.fill(view(huge), 1, 0));
    const refusal = 'this needs 2147483656 bytes, but the budget is 2147483648 bytes, the reach of 32-bit addresses';
    expect(() => plan(program)).toThrow(new BudgetError(2 ** 31 + 8, 2 ** 31, ', the reach of 32-bit addresses'));
    expect(() => plan(program)).toThrow(refusal);
  });
});
