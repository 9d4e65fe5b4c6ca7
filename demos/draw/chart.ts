// The accuracy curve: one line per learning rule, the current one in bold. A small canvas, no library.

export interface Curve {
  readonly title: string;
  /** Digits seen, and accuracy as a share, in order. */
  readonly points: (readonly [seen: number, accuracy: number])[];
}

const MARGIN = { left: 46, right: 8, top: 8, bottom: 24 };

/** Line and gap in pixels, by the number of the curve: colour alone would not tell them apart. */
const DASHES = [[], [7, 4], [2, 3]];
/** Length of a line in the key, and room for its title. */
const KEY = { line: 20, title: 72 };

export class Chart {
  readonly #canvas: HTMLCanvasElement;
  #curves: readonly Curve[] = [];
  #current: Curve | null = null;
  #most = 1;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
    addEventListener('resize', () => this.paint());
  }

  /** Draws `curves`, `current` in bold; the axis reaches at least to `most` digits. */
  show(curves: readonly Curve[], current: Curve, most: number): void {
    this.#curves = curves;
    this.#current = current;
    this.#most = Math.max(most, ...curves.map(({ points }) => points[points.length - 1]?.[0] ?? 0));
    this.paint();
    const [, accuracy] = current.points[current.points.length - 1] ?? [];
    const state = accuracy === undefined ? 'nothing learned yet' : `${(100 * accuracy).toFixed(0)} percent`;
    this.#canvas.setAttribute('aria-label', `Accuracy curve of ${current.title}: ${state}`);
  }

  private paint(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const density = devicePixelRatio;
    this.#canvas.width = width * density;
    this.#canvas.height = height * density;
    const context = this.#canvas.getContext('2d')!;
    context.scale(density, density);
    const style = getComputedStyle(this.#canvas);
    const color = (name: string): string => style.getPropertyValue(name);
    const x = (seen: number): number => MARGIN.left + (seen / this.#most) * (width - MARGIN.left - MARGIN.right);
    const y = (accuracy: number): number => height - MARGIN.bottom - accuracy * (height - MARGIN.top - MARGIN.bottom);

    context.lineJoin = 'round';
    context.font = `12px ${style.fontFamily}`;
    context.textBaseline = 'middle';
    for (const share of [0, 0.5, 1]) {
      context.fillStyle = color('--line');
      context.fillRect(MARGIN.left, Math.round(y(share)), width - MARGIN.left - MARGIN.right, 1);
      context.fillStyle = color('--muted');
      context.textAlign = 'right';
      context.fillText(`${100 * share} %`, MARGIN.left - 6, y(share));
    }
    context.fillText(`${this.#most.toLocaleString('en')} digits`, width - MARGIN.right, y(0) - 10);
    const bottom = height - MARGIN.bottom / 2 + 4;
    context.textAlign = 'left';
    this.#curves
      .filter(({ points }) => points.length > 0)
      .forEach((curve, index) => {
        const isCurrent = curve === this.#current;
        context.strokeStyle = context.fillStyle = color(isCurrent ? '--accent' : '--muted');
        context.lineWidth = isCurrent ? 2.5 : 1.5;
        context.setLineDash(DASHES[index % DASHES.length]);
        drawLine(
          context,
          curve.points.map(([seen, accuracy]) => [x(seen), y(accuracy)]),
        );
        const left = MARGIN.left + index * (KEY.line + KEY.title);
        drawLine(context, [
          [left, bottom],
          [left + KEY.line, bottom],
        ]);
        context.fillText(curve.title, left + KEY.line + 6, bottom);
      });
  }
}

function drawLine(context: CanvasRenderingContext2D, points: readonly (readonly [x: number, y: number])[]): void {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
