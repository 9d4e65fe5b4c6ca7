// The accuracy curves: one line per choice, the current one in bold, and a key to them. A small canvas, no library.

export interface Curve {
  readonly title: string;
  /** Digits seen, and accuracy as a share, in order. */
  readonly points: (readonly [seen: number, accuracy: number])[];
}

const MARGIN = { left: 46, right: 8, top: 8, bottom: 8 };

/** Line and gap in pixels, by the number of the curve: colour alone would not tell them apart. */
const DASHES = [[], [7, 4], [2, 3], [11, 3, 2, 3], [4, 2], [1, 5]];
/** Of the others: as many as there are dashes for. */
const OTHER_CURVES = DASHES.length - 1;

export class Chart {
  readonly #canvas: HTMLCanvasElement;
  readonly #key: HTMLElement;
  #curves: readonly Curve[] = [];
  #current: Curve | null = null;
  #most = 1;

  constructor(canvas: HTMLCanvasElement, key: HTMLElement) {
    this.#canvas = canvas;
    this.#key = key;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
    addEventListener('resize', () => this.paint());
  }

  /** Draws `others`, and `current` in bold; the axis reaches at least to `most` digits. */
  show(others: readonly Curve[], current: Curve, most: number): void {
    this.#curves = [current, ...others.slice(-OTHER_CURVES)];
    this.#current = current;
    this.#key.replaceChildren(
      ...this.#curves.flatMap(({ title, points }, index) => (points.length === 0 ? [] : [keyItem(title, index)])),
    );
    this.#most = Math.max(most, ...this.#curves.map(({ points }) => points[points.length - 1]?.[0] ?? 0));
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
    this.#curves.forEach((curve, index) => {
      const isCurrent = curve === this.#current;
      context.strokeStyle = color(isCurrent ? '--accent' : '--muted');
      context.lineWidth = isCurrent ? 2.5 : 1.5;
      context.setLineDash(DASHES[index]);
      context.beginPath();
      for (const [seen, accuracy] of curve.points) context.lineTo(x(seen), y(accuracy));
      context.stroke();
    });
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** A piece of the line, and what it is of; the current one is the first. */
function keyItem(title: string, index: number): HTMLElement {
  const item = document.createElement('li');
  item.classList.toggle('current', index === 0);
  const picture = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'line');
  const attributes = { x1: '0', y1: '4', x2: '24', y2: '4', 'stroke-dasharray': DASHES[index].join(' ') };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, value);
  picture.setAttribute('viewBox', '0 0 24 8');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(line);
  item.append(picture, title);
  return item;
}
