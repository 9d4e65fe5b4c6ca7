// Elementwise expressions as data: what is computed once, what names a kernel, what is refused, what a leaf means.

import { describe, expect, test } from 'vitest';
import { f32_map, reference } from '../../runtime/simd/kernels/f32-map.ts';
import {
  MapExpressionError,
  mapSteps,
  mapText,
  type MapExpression,
  type OperationName,
} from '../../runtime/simd/parts/map-expression.ts';

const matrix = (leaf: number): MapExpression => ({ kind: 'matrix', leaf });
const apply = (op: OperationName, ...args: MapExpression[]): MapExpression => ({ kind: 'apply', op, args });

describe('an expression', () => {
  test('has a readable text that names what is shared', () => {
    const error = apply('sub', matrix(0), { kind: 'oneHot', leaf: 1 });
    expect(mapText(apply('mul', error, { kind: 'constant', value: 0.5 }))).toBe('mul(sub(matrix0,oneHot1),0.5)');
    expect(mapText(apply('mul', error, apply('abs', error)))).toBe('t0=sub(matrix0,oneHot1); mul(t0,abs(t0))');
  });

  test('computes equal parts once, whether or not they are the same object', () => {
    const steps = mapSteps(apply('add', apply('exp', matrix(0)), apply('exp', matrix(0))));
    expect(steps.map(({ uses }) => uses)).toEqual([1, 2, 0]);
  });

  test('of forty doublings is forty-one steps', () => {
    let expression = matrix(0);
    for (let i = 0; i < 40; i++) expression = apply('add', expression, expression);
    expect(mapSteps(expression)).toHaveLength(41);
    expect(mapText(expression).length).toBeLessThan(1000);
  });

  test('makes the same kernel again, under a short name', () => {
    const make = (): MapExpression => apply('mul', matrix(0), matrix(1));
    expect(f32_map(make())).toBe(f32_map(make()));
    expect(f32_map(make()).name).toMatch(/^f32_map_[0-9a-f]{1,8}$/);
    expect(f32_map(make()).name).not.toBe(f32_map(apply('mul', matrix(0), matrix(2))).name);
  });

  test('lists outputs, leaves and sizes as parameters, a repeated leaf once', () => {
    const expression = apply('mul', apply('square', matrix(3)), apply('add', matrix(3), { kind: 'scalar', leaf: 0 }));
    const names = ['out', 'x3', 'x3Stride', 'x0', 'outStride', 'rows', 'columns', 'padded'];
    expect(Object.keys(f32_map(expression).parameters)).toEqual(names);
  });

  test('is refused with a wrong number of arguments, an unknown function, or a leaf read in two ways', () => {
    expect(() => mapSteps(apply('add', matrix(0)))).toThrow(new MapExpressionError('add takes 2 arguments, not 1'));
    expect(() => mapSteps(apply('cube' as OperationName, matrix(0)))).toThrow("no elementwise function 'cube'");
    const twofold = apply('add', matrix(0), { kind: 'column', leaf: 0 });
    expect(() => mapSteps(twofold)).toThrow('leaf 0 is read as matrix and as column');
  });
});

describe('a leaf', () => {
  const window = { rows: 2, columns: 3, padded: 4, outStride: 5 };
  const x0 = Float32Array.from({ length: 20 }, (_, i) => i);
  const byRow = { x0, x0Index: Int32Array.of(3, 1), x0IndexStep: 1, x0IndexStride: 5, x0Stride: 0 };
  const byBlock = { x0, x0Index: Int32Array.of(1), x0IndexStep: 0, x0IndexStride: 10, x0Stride: 4 };

  test.each<[MapExpression['kind'], Record<string, number | Float32Array | Int32Array>, number[]]>([
    ['scalar', { x0: 7 }, [7, 7, 7, 0, -1, 7, 7, 7, 0]],
    ['matrix', { x0, x0Stride: 4 }, [0, 1, 2, 0, -1, 4, 5, 6, 0]],
    ['matrix', { x0, x0Stride: 0 }, [0, 1, 2, 0, -1, 0, 1, 2, 0]],
    ['column', { x0, x0Step: 1 }, [0, 0, 0, 0, -1, 1, 1, 1, 0]],
    ['gather', byRow, [15, 16, 17, 0, -1, 5, 6, 7, 0]],
    ['gather', byBlock, [10, 11, 12, 0, -1, 14, 15, 16, 0]],
    ['oneHot', { x0: Int32Array.of(4, 9), x0Step: 1, x0First: 3 }, [0, 1, 0, 0, -1, 0, 0, 0, 0]],
  ])('%s with %o', (kind, operands, expected) => {
    const out = new Float32Array(expected.length).fill(-1);
    const args = { out, ...window, ...operands };
    reference({ kind, leaf: 0 } as MapExpression)(args);
    expect([...out]).toEqual(expected);
  });
});
