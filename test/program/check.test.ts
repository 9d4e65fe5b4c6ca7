// A phase may read only what something wrote before: what is refused, and what is not.

import { describe, expect, test } from 'vitest';
import { expectWritten } from '../../runtime/program/check.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Program, type BufferSpec } from '../../runtime/program/program.ts';

/** A program whose phase `train` reads a tensor of this kind. */
function reading(spec: Partial<BufferSpec>, before: (p: Program, x: Tensor) => void = () => {}): () => void {
  const p = new Program();
  const x = p.tensor({ name: 'x', shape: [1, 4], role: 'activation', ...spec });
  before(p, x);
  p.phase('train', () => p.compute('y', x.times(2)));
  return () => expectWritten(p);
}

const fill =
  (phase: string) =>
  (p: Program, x: Tensor): void =>
    p.phase(phase, () => p.unit('unit', () => p.fill(x.at(0), 4, 0)));

describe('refused is to read', () => {
  test('a transient that only another phase writes, with phase and line', () => {
    expect(reading({}, fill('predict'))).toThrow(/^'x' is read by f32_map_\w+ of 'train' before 'train' writes it; /);
    expect(reading({})).toThrow(/recorded at .*check\.test\.ts:\d+/);
  });

  test('a weight that `prepare` does not write', () => {
    const weight = { role: 'parameter', life: 'persistent' } as const;
    expect(reading(weight)).toThrow("'x' is read by");
    expect(reading(weight)).toThrow("before 'prepare' writes it");
    expect(reading(weight, fill('prepare'))).not.toThrow();
  });

  test('a weight that training only changes', () => {
    const p = new Program();
    const x = p.tensor({ name: 'x', shape: [1, 4], role: 'parameter', life: 'persistent' });
    const sum = p.tensor({ name: 'sum', shape: [1, 4], role: 'activation', port: 'before' });
    p.phase('train', () => p.unit('unit', () => p.evaluate(x.plus(sum), x.at(0), wholeOf(x), 4, 4)));
    expect(() => expectWritten(p)).toThrow("before 'prepare' writes it");
  });

  test('what a loop writes only after it, in its first turn', () => {
    const p = new Program();
    p.phase('train', () =>
      p.loop(2, () => {
        const x = p.tensor({ name: 'x', shape: [1, 4], role: 'activation' });
        p.compute('y', x.times(2));
        p.fill(x.at(0), 4, 0);
      }),
    );
    expect(() => expectWritten(p)).toThrow("'x' is read by");
  });
});

describe('allowed is to read', () => {
  test.each([
    ['what the host fills', { role: 'input', port: 'before' }],
    ['what has first values', { role: 'state', life: 'persistent', initial: [1, 2, 3, 4] }],
    ['state, which is zero at first', { role: 'state', life: 'persistent' }],
  ] satisfies [string, Partial<BufferSpec>][])('%s', (_, spec) => {
    expect(reading(spec)).not.toThrow();
  });

  test('what another phase keeps', () => {
    expect(reading({ life: 'cached' }, fill('enter'))).not.toThrow();
  });
});

const wholeOf = (x: Tensor) => ({ rows: x.shape[0], columns: x.features, first: 0, sample: null });
