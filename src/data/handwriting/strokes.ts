// Pen strokes to 28x28 pixels, in the manner of MNIST: fitted into a box of 20 pixels, centred on the ink's centre of
// mass. Only + - * / and sqrt, so that every engine draws the same pixels. Not a recogniser, and no pressure.
//
//   coverage of a pixel = clamp((radius + EDGE - d) / (2 EDGE), 0, 1),  d = distance to the nearest segment
//
// Source of the frame: LeCun, Cortes, Burges, "The MNIST database": size-normalised to 20x20, centred by mass.

import { ConfigurationError } from '../../errors.ts';
import { type Kind, positive, readOptions } from '../../options.ts';
import { expectList, list } from '../expect.ts';

export type Point = readonly [x: number, y: number];

/** Points in writing order, in any unit, y downwards; consecutive points are joined by straight segments. */
export type Stroke = readonly Point[];

export interface RenderOptions {
  /** Width of the pen in pixels. */
  readonly thickness?: number;
  /** Side of the box that the strokes are fitted into, in pixels. */
  readonly box?: number;
  /** Shift from the centre in pixels. */
  readonly shift?: Point;
}

/** Width and height of a picture in pixels. */
export const PICTURE_SIDE = 28;

const PEN = {
  thickness: [positive, 2.4],
  box: [positive, 20],
  shift: [list as Kind<Point>, [0, 0]],
} as const;

/** Half the width in pixels over which the ink's edge fades. */
const EDGE = 0.7;

/**
 * Draws strokes as a picture: (28, 28), 0 for paper to 255 for ink. Without a point the picture is blank; a single
 * point is a dot.
 */
export function renderStrokes(strokes: readonly Stroke[], options: RenderOptions = {}): Uint8Array {
  expectList('renderStrokes: strokes', strokes);
  const { thickness, box, shift } = readOptions<RenderOptions, typeof PEN>(
    'renderStrokes',
    options,
    ConfigurationError,
    PEN,
  );
  const picture = new Uint8Array(PICTURE_SIDE * PICTURE_SIDE);
  for (const stroke of frame(strokes, box - thickness, shift)) {
    stroke.forEach((end, i) => {
      drawSegment(picture, stroke[Math.max(0, i - 1)], end, thickness / 2);
    });
  }
  return picture;
}

/** Scales strokes so that their longer side is `size`, and moves their centre of mass to the middle of the picture. */
function frame(strokes: readonly Stroke[], size: number, shift: Point): Stroke[] {
  const points = strokes.reduce<Point[]>((all, stroke) => all.concat(stroke), []);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > 0 ? size / extent : 1;
  const [massX, massY] = centreOfMass(strokes) ?? [(left + right) / 2, (top + bottom) / 2];
  const offsetX = PICTURE_SIDE / 2 + shift[0] - scale * massX;
  const offsetY = PICTURE_SIDE / 2 + shift[1] - scale * massY;
  return strokes.map((stroke) => stroke.map(([x, y]) => [scale * x + offsetX, scale * y + offsetY]));
}

/** Mean of the segments' middles, weighted by their lengths; undefined where no segment has a length. */
function centreOfMass(strokes: readonly Stroke[]): Point | undefined {
  let [mass, massX, massY] = [0, 0, 0];
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) {
      const [x0, y0] = stroke[i - 1];
      const [x1, y1] = stroke[i];
      const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
      mass += length;
      massX += (length * (x0 + x1)) / 2;
      massY += (length * (y0 + y1)) / 2;
    }
  }
  return mass > 0 ? [massX / mass, massY / mass] : undefined;
}

/** Inks every pixel near the segment, keeping what is darker already. A pixel's centre is at its index + 1/2. */
function drawSegment(picture: Uint8Array, [x0, y0]: Point, [x1, y1]: Point, radius: number): void {
  const reach = radius + EDGE;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy;
  const firstColumn = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const lastColumn = Math.min(PICTURE_SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const firstRow = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const lastRow = Math.min(PICTURE_SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const px = column + 0.5 - x0;
      const py = row + 0.5 - y0;
      const along = squared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const coverage = Math.min(1, (reach - Math.sqrt(ex * ex + ey * ey)) / (2 * EDGE));
      const ink = Math.floor(255 * coverage + 0.5);
      const pixel = row * PICTURE_SIDE + column;
      if (ink > picture[pixel]) picture[pixel] = ink;
    }
  }
}

/**
 * A smooth stroke through control points: uniform Catmull-Rom spline, cut into straight pieces. A point given twice
 * becomes a corner.
 *
 * @param pieces straight pieces between two control points
 */
export function smoothStroke(points: Stroke, pieces = 5): Stroke {
  expectList('smoothStroke: points', points);
  const last = points.length - 1;
  const curve: Point[] = points.slice(0, 1);
  for (let i = 0; i < last; i++) {
    const p0 = points[Math.max(0, i - 1)];
    const p1 = points[i];
    const p2 = points[i + 1];
    const p3 = points[Math.min(last, i + 2)];
    if (p1[0] === p2[0] && p1[1] === p2[1]) continue;
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      curve.push([catmullRom(p0[0], p1[0], p2[0], p3[0], t), catmullRom(p0[1], p1[1], p2[1], p3[1], t)]);
    }
  }
  return curve;
}

/** The cubic with values b and c at t = 0 and 1, and slopes (c - a) / 2 and (d - b) / 2 there. */
function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
