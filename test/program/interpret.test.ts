// Reference execution: stopping, looking at values on the way, and the first NaN by name.

import { describe, expect, test } from 'vitest';
import { contents, NotANumberError } from '../../runtime/program/interpret.ts';
import { plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import type { Call } from '../../runtime/program/op.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { interpretSame } from './run.ts';

/** y = sqrt(x - 1) in unit `dense_1`, z = y * 0 in unit `dense_2`. */
function rooted(): { program: Program; y: Tensor } {
  const program = new Program();
  const x = program.tensor({ name: 'x', shape: [1, 2], role: 'input', life: 'persistent' });
  let y = x;
  program.phase('run', () => {
    y = program.unit('dense_1', () => program.compute('y', x.minus(1).map('sqrt')));
    program.unit('dense_2', () => program.compute('z', y.times(0), { port: 'after' }));
  });
  return { program, y };
}

function caught(run: () => void): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('reference execution', () => {
  test('keeps the value of a buffer that later calls overwrite', () => {
    const { program, y } = rooted();
    const planned = plan(program);
    const kept: Float32Array[] = [];
    const run = interpretSame(program, planned, {
      after: ({ unit }) => {
        if (unit === 'dense_1') kept.push(contents(planned, run.memory, y.buffer, 2).slice() as Float32Array);
      },
    });
    run.write('x', [5, 10]);
    run.call('run');
    expect(kept).toEqual([Float32Array.of(2, 3)]);
  });

  test('stops where `before` throws, with what was computed until then', () => {
    const { program } = rooted();
    const seen: (string | null)[] = [];
    const breakpoint = ({ unit }: Call): void => {
      seen.push(unit);
      if (unit === 'dense_2') throw new Error('breakpoint');
    };
    const run = interpretSame(program, plan(program, { share: false }), { before: breakpoint });
    run.write('x', [5, 10]);
    expect(() => run.call('run')).toThrow('breakpoint');
    expect(seen).toEqual(['dense_1', 'dense_2']);
    expect(run.read('y')).toEqual(Float32Array.of(2, 3));
  });

  test('names the first NaN: kernel, unit, element, and the line that recorded the call', () => {
    const { program } = rooted();
    const run = interpretSame(program, plan(program), { refuseNaN: true });
    run.write('x', [5, 0]);
    const wrong = caught(() => run.call('run'));
    expect(wrong).toBeInstanceOf(NotANumberError);
    expect(wrong.message).toMatch(/^f32_map_\w+ of dense_1 wrote NaN to 'out'\[1\], recorded at /);
    expect(wrong.message).toMatch(/interpret\.test\.ts:\d+/);
  });

  test('lets NaN pass unless asked, and what is finite always', () => {
    const { program } = rooted();
    const careless = interpretSame(program);
    careless.write('x', [5, 0]);
    careless.call('run');
    expect(careless.read('z')).toEqual(Float32Array.of(0, Number.NaN));
    const careful = interpretSame(program, plan(program), { refuseNaN: true });
    careful.write('x', [5, 10]);
    careful.call('run');
    expect(careful.read('z')).toEqual(Float32Array.of(0, 0));
  });
});
