/** The accuracy curve: one line per learning rule, the current one in front. A small canvas, no library. */

export interface Curve {
  readonly title: string;
  /** Digits seen, and accuracy as a share, in order. */
  readonly points: (readonly [seen: number, accuracy: number])[];
}

const MARGIN = { left: 46, right: 8, top: 8, bottom: 20 };

export class Chart {
  readonly #canvas: HTMLCanvasElement;
  #curves: readonly Curve[] = [];
  #current: Curve | null = null;
  #most = 1;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint());
    addEventListener('resize', () => this.#paint());
  }

  /** Draws `curves`, `current` in front; the axis reaches at least to `most` digits. */
  show(curves: readonly Curve[], current: Curve, most: number): void {
    this.#curves = curves;
    this.#current = current;
    this.#most = Math.max(most, ...curves.map(({ points }) => points[points.length - 1]?.[0] ?? 0));
    this.#paint();
    const [, accuracy] = current.points[current.points.length - 1] ?? [];
    const state = accuracy === undefined ? 'nothing learned yet' : `${(100 * accuracy).toFixed(0)} percent`;
    this.#canvas.setAttribute('aria-label', `Accuracy curve of ${current.title}: ${state}`);
  }

  #paint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const density = devicePixelRatio;
    this.#canvas.width = width * density;
    this.#canvas.height = height * density;
    const context = this.#canvas.getContext('2d')!;
    context.scale(density, density);
    const style = getComputedStyle(this.#canvas);
    const color = (name: string): string => style.getPropertyValue(name);
    const x = (seen: number): number => MARGIN.left + seen / this.#most * (width - MARGIN.left - MARGIN.right);
    const y = (accuracy: number): number => height - MARGIN.bottom - accuracy * (height - MARGIN.top - MARGIN.bottom);

    context.font = `12px ${style.fontFamily}`;
    context.textBaseline = 'middle';
    for (const share of [0, 0.5, 1]) {
      context.fillStyle = color('--line');
      context.fillRect(MARGIN.left, Math.round(y(share)), width - MARGIN.left - MARGIN.right, 1);
      context.fillStyle = color('--muted');
      context.textAlign = 'right';
      context.fillText(`${100 * share} %`, MARGIN.left - 6, y(share));
    }
    context.fillText(`${this.#most.toLocaleString('en')} digits`, width - MARGIN.right, height - MARGIN.bottom / 2 + 2);
    for (const curve of this.#curves) {
      if (curve !== this.#current) this.#line(context, curve, { x, y, width: 1.5, color: color('--muted') });
    }
    if (this.#current !== null) this.#line(context, this.#current, { x, y, width: 2.5, color: color('--accent') });
  }

  #line(context: CanvasRenderingContext2D, { points, title }: Curve, { x, y, width, color }: LineStyle): void {
    if (points.length === 0) return;
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.beginPath();
    for (const [seen, accuracy] of points) context.lineTo(x(seen), y(accuracy));
    context.stroke();
    const [seen, accuracy] = points[points.length - 1];
    context.textAlign = 'right';
    context.fillText(title, x(seen), y(accuracy) + 14);
  }
}

interface LineStyle {
  readonly x: (seen: number) => number;
  readonly y: (accuracy: number) => number;
  readonly width: number;
  readonly color: string;
}
