// Hands that draw digits, each time a little otherwise, as pictures of 28x28. For trying what was learned of one.
//
// pendigits names no writers, and one of them wrote 25 of each digit: there a hand is a drawing and the 24 of its digit
// whose points are nearest to it. Its eight points are rendered as the page renders a finger's strokes.

import { handwrittenDigit, renderStrokes, smoothStroke, type Point } from '../src/data/index.ts';
import { loadDataset } from '../src/data/node/sources.ts';

export interface Hand {
  readonly name: string;
  /** A digit, for the first time (0) or again, at most `AGAIN` times. */
  draw(digit: number, take: number): Uint8Array;
}

export const AGAIN = 24;

/** Writers of the generator that no warm-up reaches. */
const FIRST_WRITER = 2 ** 30;

export function syntheticHand(number: number): Hand {
  const writer = FIRST_WRITER + number;
  return {
    name: `synthetic ${number}`,
    draw: (digit, take) => handwrittenDigit(digit, { writer, take: writer + (AGAIN + 1) * digit + take }),
  };
}

/** Hands of the part of pendigits whose writers the other part does not have. */
export async function penHands(part: 'train' | 'test', numbers: readonly number[]): Promise<Hand[]> {
  const { inputs, labels } = (await loadDataset('pendigits'))[part];
  const pointsOf = (row: number): Point[] =>
    Array.from({ length: 8 }, (_, at) => [inputs[row * 16 + 2 * at], -inputs[row * 16 + 2 * at + 1]]);
  const distance = (one: number, other: number): number => {
    let sum = 0;
    for (let at = 0; at < 16; at++) sum += (inputs[one * 16 + at] - inputs[other * 16 + at]) ** 2;
    return sum;
  };
  return numbers.map((number) => {
    const takes = Array.from({ length: 10 }, (_, digit) => {
      const rows = [...labels.keys()].filter((row) => labels[row] === digit);
      const first = rows[(number * 37) % rows.length];
      return rows.sort((one, other) => distance(one, first) - distance(other, first)).slice(0, AGAIN + 1);
    });
    return {
      name: `pendigits ${number}`,
      draw: (digit, take) => renderStrokes([smoothStroke(pointsOf(takes[digit][take]))]),
    };
  });
}

const SHAPES: readonly string[] = [
  '50,5 20,95 95,35 5,35 80,95 50,5', // star
  '5,50 30,25 50,50 70,75 95,50', // wave
  '10,10 90,90|90,10 10,90', // cross
  '50,5 95,90 5,90 50,5', // triangle
  '10,10 90,10 90,90 10,90 10,10', // square
  '10,20 90,20|50,20 50,95', // T
  '50,30 30,5 5,30 50,95 95,30 70,5 50,30', // heart
  '20,5 20,95|80,5 80,95|20,50 80,50', // H
  '10,90 50,10 90,90|30,60 70,60', // A
  '5,10 25,90 50,40 75,90 95,10', // W
];

/** What is no digit. */
export const shapes: readonly Uint8Array[] = SHAPES.map((shape) =>
  renderStrokes(
    shape
      .split('|')
      .map((stroke) => stroke.split(' ').map((point) => point.split(',').map(Number) as [number, number])),
  ),
);
