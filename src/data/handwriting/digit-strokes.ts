// How people write the ten digits: pen strokes as control points of a spline, several variants per digit. Pure data.
//
// Points are "x,y" in hundredths of a box, y downwards, in writing order; "|" lifts the pen; a point given twice is a
// corner.

import type { Stroke } from './strokes.ts';

const VARIANTS: readonly (readonly string[])[] = [
  // 0: closed, narrow and overlapping, open at the top
  [
    '50,2 28,12 18,45 24,82 48,98 72,86 82,50 74,14 50,2',
    '56,4 38,6 26,30 26,66 40,94 58,94 72,66 70,28 52,6 40,12',
    '70,14 45,4 22,26 18,64 38,96 66,90 82,56 76,20 56,8',
  ],
  // 1: a bar, with a flag, with flag and foot
  ['50,2 50,50 50,98', '30,26 42,16 54,2 54,2 54,50 54,98', '32,22 44,14 52,3 52,3 52,50 52,96 | 28,97 52,96 76,97'],
  // 2: with a corner, with a loop, close to a z
  [
    '22,24 34,5 58,3 74,20 68,46 46,70 20,96 20,96 50,94 82,96',
    '20,26 34,6 60,4 74,24 64,52 42,78 26,94 18,84 30,76 50,86 66,96 84,90',
    '20,14 44,4 70,10 70,30 46,62 18,96 18,96 48,95 80,94',
  ],
  // 3: round with a waist, flat top, without a corner
  [
    '22,16 42,3 68,10 68,34 42,47 42,47 70,54 78,76 58,96 32,96 16,84',
    '20,6 46,5 76,4 76,4 58,22 40,42 40,42 66,46 78,68 64,92 38,97 18,86',
    '24,12 50,2 70,16 62,38 44,48 68,58 74,80 52,98 24,90',
  ],
  // 4: open, closed, in one stroke, round as a y
  [
    '26,4 20,34 18,58 18,58 48,58 84,56 | 70,6 66,50 62,98',
    '62,2 40,30 16,62 16,62 50,62 86,62 | 62,4 62,50 62,98',
    '64,98 66,50 64,4 64,4 38,36 14,66 14,66 50,66 88,64',
    '24,6 18,34 32,52 58,50 74,34 | 76,4 74,40 68,98',
  ],
  // 5: with its hat at the end, in one stroke, close to an s
  [
    '30,6 28,24 26,44 26,44 50,38 74,50 76,76 56,96 32,96 16,86 | 30,6 54,5 78,4',
    '76,6 52,5 32,6 32,6 28,26 26,44 26,44 54,40 76,58 72,84 48,98 18,90',
    '74,8 48,4 30,16 30,38 54,48 74,64 70,88 44,98 18,90',
  ],
  // 6: wide, curled at the top, with a small loop
  [
    '64,3 42,22 26,52 24,80 42,97 66,92 74,72 60,56 40,60 26,76',
    '76,12 56,3 32,22 22,56 30,88 54,98 74,82 68,60 46,56 28,70',
    '48,2 36,40 32,78 44,97 62,90 62,70 46,66 34,80',
  ],
  // 7: plain, with a serif, crossed, without a corner
  [
    '18,8 48,6 80,5 80,5 60,44 44,98',
    '18,24 20,8 20,8 50,8 80,6 80,6 62,40 48,70 42,98',
    '18,8 48,6 80,5 80,5 60,44 44,98 | 34,50 52,48 74,47',
    '20,14 40,6 66,6 76,18 66,48 54,98',
  ],
  // 8: from the right, two rings, open at the top
  [
    '70,14 48,2 28,14 34,36 54,50 74,70 66,92 44,98 24,84 32,62 52,48 70,30 70,14',
    '50,2 30,14 32,36 50,46 68,36 70,14 50,2 | 50,46 26,60 24,84 50,98 76,84 74,60 50,46',
    '74,10 52,4 30,16 36,38 60,54 74,76 58,97 34,92 28,72 48,54 68,36 78,16',
  ],
  // 9: straight stem, curved tail, leaning stem
  [
    '72,18 52,4 30,14 24,36 42,50 64,40 72,18 72,18 70,56 66,98',
    '70,20 50,4 28,18 30,42 52,48 70,30 72,16 74,50 64,84 40,98 22,90',
    '66,10 42,6 26,26 34,48 56,42 68,10 68,10 62,56 50,98',
  ],
];

const parsePoint = (text: string): [number, number] => {
  const [x, y] = text.split(',');
  return [Number(x), Number(y)];
};

/** For each digit its variants, each a list of strokes. */
export const digitStrokes: readonly (readonly (readonly Stroke[])[])[] = VARIANTS.map((variants) =>
  variants.map((variant) => variant.split(' | ').map((stroke) => stroke.split(' ').map(parsePoint))),
);
