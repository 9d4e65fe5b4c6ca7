// Strokes to pictures: the frame of MNIST, anti-aliasing, splines.

import { describe, expect, test } from 'vitest';
import type { Stroke } from '../../src/data/index.ts';
import { renderStrokes, smoothStroke } from '../../src/data/index.ts';

/** Bounding box and centre of mass of the ink, in pixels. */
function measure(picture: Uint8Array) {
  let [mass, massX, massY] = [0, 0, 0];
  let [left, right, top, bottom] = [28, -1, 28, -1];
  picture.forEach((ink, pixel) => {
    const [x, y] = [pixel % 28, Math.floor(pixel / 28)];
    mass += ink;
    massX += ink * (x + 0.5);
    massY += ink * (y + 0.5);
    if (ink < 128) return;
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  });
  return { width: right - left + 1, height: bottom - top + 1, x: massX / mass, y: massY / mass, mass };
}

const seven: Stroke[] = [
  [
    [10, 10],
    [90, 10],
    [40, 150],
  ],
];

describe('renderStrokes', () => {
  test('fits the longer side into 20 pixels and centres the mass', () => {
    const { width, height, x, y } = measure(renderStrokes(seven));
    expect(height).toBe(20);
    expect(width).toBeLessThan(16);
    expect(Math.abs(x - 14)).toBeLessThan(0.5);
    expect(Math.abs(y - 14)).toBeLessThan(0.5);
  });

  test('does not depend on place and size of the drawing', () => {
    const moved = seven.map((stroke) => stroke.map(([x, y]) => [4 * x + 256, 4 * y - 64] as const));
    const [picture, other] = [renderStrokes(seven), renderStrokes(moved)];
    picture.forEach((ink, pixel) => {
      expect(Math.abs(ink - other[pixel])).toBeLessThanOrEqual(1);
    });
  });

  test('thickness, box and shift', () => {
    const plain = measure(renderStrokes(seven));
    expect(measure(renderStrokes(seven, { thickness: 4 })).mass).toBeGreaterThan(1.3 * plain.mass);
    expect(measure(renderStrokes(seven, { box: 14 })).height).toBe(14);
    const shifted = measure(renderStrokes(seven, { shift: [2, -3] }));
    expect(shifted.x - plain.x).toBeCloseTo(2, 1);
    expect(shifted.y - plain.y).toBeCloseTo(-3, 1);
  });

  test('edges are smooth: several levels of grey', () => {
    expect(new Set(renderStrokes(seven)).size).toBeGreaterThan(20);
  });

  test('nothing drawn is blank, a tap is a dot in the middle', () => {
    expect(renderStrokes([]).some((ink) => ink > 0)).toBe(false);
    expect(renderStrokes([[]]).some((ink) => ink > 0)).toBe(false);
    const { x, y, width } = measure(renderStrokes([[[300, 7]]]));
    expect([x, y, width]).toEqual([14, 14, 2]);
  });
});

test('smoothStroke passes through its control points and keeps corners and short strokes', () => {
  const curve = smoothStroke(
    [
      [0, 0],
      [10, 10],
      [10, 10],
      [20, 0],
    ],
    4,
  );
  expect(curve).toHaveLength(9);
  expect(curve[4]).toEqual([10, 10]);
  expect(curve[8]).toEqual([20, 0]);
  expect(curve.every(([, y]) => y <= 10)).toBe(true);
  expect(smoothStroke([[1, 2]])).toEqual([[1, 2]]);
  expect(smoothStroke([])).toEqual([]);
});
