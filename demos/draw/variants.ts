// One drawing as the same hand might have drawn it again: turned, leaning, wider or flatter, and moved a little. So a
// lesson teaches a shape, not its pixels. Only + - * / and floor, so that every engine draws the same pixels.
//
// Variant n takes its six amounts from the n-th point of the additive sequence  u_i(n) = frac(1/2 + n phi^-(i+1)),
// phi^7 = phi + 1, which fills the space of amounts evenly.
// Source of the sequence: Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018.

import { PICTURE_SIDE } from '../../src/data/index.ts';

const INVERSE_PHI = 0.8812714616335696;

/** At most, to either side. */
const TURN = 0.16;
const LEAN = 0.16;
const WIDEN = 0.12;
const HEIGHTEN = 0.1;
/** In pixels. */
const MOVE = 1.2;

/** The `n`-th variant of a picture of (28, 28), whose outermost pixels are paper. */
export function vary(picture: Uint8Array, n: number): Uint8Array {
  const [turn, lean, widen, heighten, right, down] = amounts(n);
  const half = (TURN * turn) / 2;
  const cos = (1 - half * half) / (1 + half * half);
  const sin = (2 * half) / (1 + half * half);
  const [width, height] = [1 + WIDEN * widen, 1 + HEIGHTEN * heighten];
  const centre = (PICTURE_SIDE - 1) / 2;
  const varied = new Uint8Array(picture.length);
  for (let pixel = 0; pixel < picture.length; pixel++) {
    const x = (pixel % PICTURE_SIDE) - centre;
    const y = Math.floor(pixel / PICTURE_SIDE) - centre;
    const fromX = centre + width * (cos * x - sin * y) + LEAN * lean * y + MOVE * right;
    const fromY = centre + height * (sin * x + cos * y) + MOVE * down;
    varied[pixel] = inkBetween(picture, fromX, fromY) + 0.5;
  }
  return varied;
}

/** Six amounts from -1 to 1. */
function amounts(n: number): number[] {
  let step = 1;
  return Array.from({ length: 6 }, () => {
    step *= INVERSE_PHI;
    const place = 0.5 + n * step;
    return 2 * (place - Math.floor(place)) - 1;
  });
}

/** Of four pixels by bilinear interpolation; outside there is paper. */
function inkBetween(picture: Uint8Array, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const last = PICTURE_SIDE - 1;
  if (column < 0 || row < 0 || column >= last || row >= last) return 0;
  const at = row * PICTURE_SIDE + column;
  const below = at + PICTURE_SIDE;
  const left = picture[at] + (y - row) * (picture[below] - picture[at]);
  const right = picture[at + 1] + (y - row) * (picture[below + 1] - picture[at + 1]);
  return left + (x - column) * (right - left);
}
