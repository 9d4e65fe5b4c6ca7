// A picture as a moving eye sees it: three jerks along a triangle and back, down to the right, up to the right, left.
// Level crossings of it are events of an eye that sees nothing but change.
//
// After Orchard, Jayawant, Cohen, Thakor, Front. Neurosci. 9:437, 2015 (N-MNIST), where a camera moved before a screen;
// here the picture moves by whole pixels, so no noise, no blur, and no interpolation.

import { expectArray } from '../expect.ts';
import type { NDArray } from '../formats/ndarray.ts';

/** Pixels to the right and down from one frame to the next. */
const JERKS = [
  [1, 2],
  [1, -2],
  [-2, 0],
] as const;
const FRAMES_OF_A_JERK = 4;

/** Where the eye is at each frame, about the middle. */
const path: readonly (readonly [x: number, y: number])[] = (() => {
  const places: [number, number][] = [[-FRAMES_OF_A_JERK, -FRAMES_OF_A_JERK]];
  for (const [dx, dy] of JERKS) {
    for (let frame = 0; frame < FRAMES_OF_A_JERK; frame++) {
      const [x, y] = places[places.length - 1];
      places.push([x + dx, y + dy]);
    }
  }
  return places;
})();

/**
 * What is seen, each point the mean of 2 x 2 pixels: (13, height / 2, width / 2), in the picture's unit; 0 around it.
 *
 * @param picture (height, width), both even
 */
export function saccades(picture: NDArray): NDArray {
  expectArray('saccades', picture);
  const { data, shape } = picture;
  const [height, width] = shape;
  const [rows, columns] = [height / 2, width / 2];
  const seen = new Float32Array(path.length * rows * columns);
  path.forEach(([dx, dy], frame) => {
    const at = frame * rows * columns;
    for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
      for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x++) {
        seen[at + (y >> 1) * columns + (x >> 1)] += data[(y - dy) * width + x - dx] / 4;
      }
    }
  });
  return { data: seen, shape: [path.length, rows, columns] };
}
