// A drawing as SVG: panels beside each other with one axis up, and a legend. In a panel are points with error bars, and
// curves with a band and the points that were measured.

import { extent } from './extent.ts';

export interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Half of the error bar. */
  readonly spread: number | null;
  /** Behind the name in the legend. */
  readonly note: string;
}

export interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Half of the band around it. */
  readonly spread?: readonly number[];
  /** Dots instead of a line. */
  readonly dotted?: boolean;
}

export interface Panel {
  readonly label: string;
  /** Default: that of the chart. */
  readonly yLabel?: string;
  /** What the axes reach, whatever is drawn. */
  readonly within?: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly points?: readonly Point[];
  readonly curves?: readonly Curve[];
}

const [WIDTH, HEIGHT] = [360, 312];
/** From one row of panels to the next. */
const ROW = HEIGHT - 20;
/** Of a character, about. */
const LETTER = 7;
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 16, 52, 48];

const style = `text { font: 12px system-ui, sans-serif; fill: #222 } path { stroke: #999; fill: none }
.grid { stroke: #ddd } @media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } }`;

/** The axis across is logarithmic where values of points are more than ten times apart. */
export function chart(
  title: string,
  yLabel: string,
  panels: readonly Panel[],
  columns: number = panels.length,
): string {
  const named = panels.flatMap(({ points = [], curves = [] }) => [
    ...points,
    ...curves.map(({ name }) => ({ name, note: '' })),
  ]);
  const names = [...new Set(named.map(({ name }) => name))];
  const color = (name: string): string => `hsl(${Math.round((360 * names.indexOf(name)) / names.length)} 65% 45%)`;
  const longest = Math.max(...named.map(({ name, note }) => name.length + note.length));
  const width = columns * WIDTH + LETTER * longest + 40;
  const rows = Math.ceil(panels.length / columns);
  const height = Math.max(HEIGHT + (rows - 1) * ROW, TOP + 20 * names.length + 10);
  const legend = names.map((name, at) => {
    const { note } = named.find((one) => one.name === name) ?? { note: '' };
    const [x, y] = [columns * WIDTH + 12, TOP + 20 * at + 10];
    return `${dot(x, y, color(name))}${text(x + 10, y + 4, `${name} ${note}`)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${style}</style>`,
    text(LEFT, 20, title),
    ...panels.map((panel, at) => {
      const [x, y] = [(at % columns) * WIDTH, Math.floor(at / columns) * ROW];
      return `<g transform="translate(${x} ${y})">${drawPanel({ yLabel, ...panel }, color)}</g>`;
    }),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(
  { label, yLabel = '', within = { x: [], y: [] }, points = [], curves = [] }: Panel,
  color: (name: string) => string,
): string {
  const xs = [...within.x, ...points.map(({ x }) => x), ...curves.flatMap(({ x }) => x)];
  const across = scale(xs, LEFT, WIDTH - RIGHT, curves.length === 0);
  const up = scale(
    [
      ...within.y,
      ...points.flatMap(({ y, spread }) => [y - (spread ?? 0), y + (spread ?? 0)]),
      ...curves.flatMap(({ y, spread }) => y.flatMap((at, i) => [at - (spread?.[i] ?? 0), at + (spread?.[i] ?? 0)])),
    ],
    HEIGHT - BOTTOM,
    TOP,
  );
  return [
    ...up.ticks.map(
      (value) =>
        `<path class="grid" d="M${LEFT} ${up.at(value)}H${WIDTH - RIGHT}"/>` +
        text(LEFT - 6, up.at(value) + 4, short(value), 'end'),
    ),
    ...across.ticks.map((value) => text(across.at(value), HEIGHT - BOTTOM + 18, short(value), 'middle')),
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}"/>`,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, label, 'middle'),
    text(LEFT, TOP - 6, yLabel),
    ...curves.map((curve) => drawCurve(curve, across, up, color(curve.name))),
    ...points.map(({ name, x, y, spread }) => {
      const [px, low, high] = [across.at(x), up.at(y - (spread ?? 0)), up.at(y + (spread ?? 0))];
      const bar = spread === null ? '' : `<path d="M${px} ${low}V${high}" style="stroke:${color(name)}"/>`;
      return bar + dot(px, up.at(y), color(name));
    }),
  ].join('');
}

function drawCurve({ x, y, spread, dotted }: Curve, across: Scale, up: Scale, color: string): string {
  const at = (value: number, place: number): string => `${across.at(x[place])} ${up.at(value)}`;
  if (dotted) return y.map((value, i) => dot(across.at(x[i]), up.at(value), color, 1.5)).join('');
  const line = `<path d="M${y.map(at).join('L')}" style="stroke:${color}"/>`;
  if (spread === undefined) return line;
  const above = y.map((value, i) => at(value + spread[i], i));
  const below = y.map((value, i) => at(value - spread[i], i)).reverse();
  return `<path d="M${[...above, ...below].join('L')}Z" style="stroke:none;fill:${color};opacity:0.2"/>${line}`;
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Of the values, with a little room, from one place to another. */
function scale(values: readonly number[], from: number, to: number, mayBeLog = false): Scale {
  const { least, most } = extent(values);
  const isLog = mayBeLog && least > 0 && most > 10 * least;
  const into = isLog ? Math.log10 : Number;
  const room = 0.08 * (into(most) - into(least)) || Math.abs(into(most)) * 0.1 || 1;
  const [low, high] = [into(least) - room, into(most) + room];
  return {
    at: (value) => Number((from + ((to - from) * (into(value) - low)) / (high - low)).toFixed(1)),
    ticks: isLog ? logTicks(low, high) : roundTicks(low, high),
  };
}

/** 1, 2 and 5 times a power of ten, between powers of ten. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, at) => 10 ** (Math.floor(low) + at));
  const steps = high - low > 2 ? [1] : [1, 2, 5];
  return powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((tick) => tick > 10 ** low && tick < 10 ** high);
}

/** Four to nine of them. */
function roundTicks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * ([5, 2].find((times) => (high - low) / (times * power) >= 4) ?? 1);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step);
}

/** `1.2M`, three digits. */
function short(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return `${Number(value.toPrecision(3))}`;
  const [size, unit] = Math.abs(value) >= 1e6 ? [1e6, 'M'] : Math.abs(value) >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}

const dot = (x: number, y: number, color: string, r = 4): string =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${color}"/>`;

const text = (x: number, y: number, content: string, anchor = 'start'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (content: string): string => content.replace(/[&<>"]/g, (character) => escapes[character]);
