// The paper: pen strokes from a mouse, finger or pen, or one picture put there by the page. Knows no network.
//
// The canvas has a fixed number of pixels and is scaled by the style; strokes are in canvas pixels.

import { PICTURE_SIDE, renderStrokes, type Point, type Stroke } from '../../src/data/index.ts';

/** Width of the pen as a part of the canvas: about what a digit's pen is in the picture. */
const PEN = 0.075;

export interface PadEvents {
  /** The drawing changed; `lifted` when the pen is up. */
  readonly onChange: (lifted: boolean) => void;
}

export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #events: PadEvents;
  #strokes: Point[][] = [];
  #given: Uint8Array | null = null;
  #pen: number | null = null;

  constructor(canvas: HTMLCanvasElement, events: PadEvents) {
    this.#canvas = canvas;
    this.#events = events;
    // A quick stroke would count as a fling, and the next tap as what stops it.
    canvas.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.begin(event));
    canvas.addEventListener('pointermove', (event) => this.continue(event));
    canvas.addEventListener('pointerup', (event) => this.end(event));
    canvas.addEventListener('pointercancel', (event) => this.end(event));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
  }

  /** The drawing as the network sees it: (28, 28), 0 to 255, or null for empty paper. */
  get picture(): Uint8Array | null {
    if (this.#given !== null) return this.#given;
    return this.#strokes.length > 0 ? renderStrokes(this.#strokes) : null;
  }

  get isEmpty(): boolean {
    return this.#given === null && this.#strokes.length === 0;
  }

  /** Whether the pen is down. */
  get isDrawing(): boolean {
    return this.#pen !== null;
  }

  clear(): void {
    this.change([], null);
  }

  /** Takes the last stroke back, or the picture. */
  undo(): void {
    this.change(this.#strokes.slice(0, -1), null);
  }

  /** Puts a picture of 28x28 on the paper instead of strokes. */
  put(picture: Uint8Array): void {
    this.change([], picture);
  }

  private change(strokes: Point[][], given: Uint8Array | null): void {
    this.#strokes = strokes;
    this.#given = given;
    this.#pen = null;
    this.paint();
    this.#events.onChange(true);
  }

  private begin(event: PointerEvent): void {
    if (this.#pen !== null || event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pen = event.pointerId;
    this.#given = null;
    this.#strokes.push([this.point(event)]);
    this.paint();
    this.#events.onChange(false);
  }

  private continue(event: PointerEvent): void {
    if (event.pointerId !== this.#pen) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    const stroke = this.#strokes[this.#strokes.length - 1];
    stroke.push(...(moves.length > 0 ? moves : [event]).map((move) => this.point(move)));
    this.paint();
    this.#events.onChange(false);
  }

  private end(event: PointerEvent): void {
    if (event.pointerId !== this.#pen) return;
    this.#pen = null;
    this.#events.onChange(true);
  }

  private point({ clientX, clientY }: MouseEvent): Point {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return [((clientX - left) * this.#canvas.width) / width, ((clientY - top) * this.#canvas.height) / height];
  }

  private paint(): void {
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext('2d')!;
    context.clearRect(0, 0, width, height);
    if (this.#given !== null) {
      context.drawImage(inkCanvas(this.#given, inkColor(this.#canvas)), 0, 0, width, height);
      return;
    }
    context.strokeStyle = inkColor(this.#canvas);
    context.lineWidth = PEN * width;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.#strokes) trace(context, stroke);
  }
}

function trace(context: CanvasRenderingContext2D, stroke: Stroke): void {
  context.beginPath();
  context.moveTo(...stroke[0]);
  for (const point of stroke) context.lineTo(...point);
  context.stroke();
}

/** Shows a picture of 28x28 in a canvas of that size; null empties it. */
export function showPicture(canvas: HTMLCanvasElement, picture: Uint8Array | null): void {
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
  if (picture !== null) context.drawImage(inkCanvas(picture, inkColor(canvas)), 0, 0);
}

const inkColor = (element: Element): string => getComputedStyle(element).color;

/** The picture in the given colour on transparent ground. */
function inkCanvas(picture: Uint8Array, color: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = PICTURE_SIDE;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(PICTURE_SIDE, PICTURE_SIDE);
  picture.forEach((ink, pixel) => {
    image.data[pixel * 4 + 3] = ink;
  });
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = color;
  context.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
  return canvas;
}
