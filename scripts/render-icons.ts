// The app's icon as the pictures that home screens want, drawn from its one SVG. The bytes depend on nothing else.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Of the drawing, which then lies within the circle of 80 % that masks of every shape leave. */
const SAFE = 0.9;

let ready: Promise<void> | undefined;

/** By file name, as manifest.webmanifest names them. The icon is square and its first shape is its ground. */
export async function renderIcons(svg: string): Promise<Map<string, Uint8Array>> {
  ready ??= initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  await ready;
  const maskable = fillSquare(svg);
  return new Map([
    ['icon-192.png', draw(svg, 192)],
    ['icon-512.png', draw(svg, 512)],
    ['icon-maskable.png', draw(maskable, 512)],
    ['icon-touch.png', draw(maskable, 180)],
  ]);
}

function draw(svg: string, width: number): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: 'width', value: width } }).render().asPng();
}

/** The drawing made smaller, on a ground that reaches the edges. */
function fillSquare(svg: string): string {
  const [, size] = /viewBox="0 0 (\d+) \1"/.exec(svg)!;
  const [, ground] = /<rect [^>]*fill="([^"]+)"/.exec(svg)!;
  const margin = (Number(size) * (1 - SAFE)) / 2;
  return svg.replace(
    /(<svg [^>]*>)([\s\S]*)(<\/svg>)/,
    (_, open, drawing, close) =>
      `${open}<rect width="${size}" height="${size}" fill="${ground}"/>` +
      `<g transform="translate(${margin} ${margin}) scale(${SAFE})">${drawing}</g>${close}`,
  );
}
