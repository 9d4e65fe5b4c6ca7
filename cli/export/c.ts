// Weights as a C header: integers with the scale of each column where they are kept so, floats else, row-major. With
// them stands what else an answer wants: the layers, what values are standardised by, the names of classes.

import type { Scale, StoredWeight } from '../../src/index.ts';
import type { Facts, LayerFacts } from './facts.ts';

const TYPES: Readonly<Record<string, string>> = {
  Int8Array: 'int8_t',
  Uint8Array: 'uint8_t',
  Int16Array: 'int16_t',
  Int32Array: 'uint32_t',
  Float32Array: 'float',
};
const ROW = 16;

/** A name that C takes: `dense_1/weight` is `dense_1_weight`. */
const identifier = (name: string): string => name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');

/** A float that C reads back to the same bits. */
function float(value: number): string {
  const digits = String(Number(value.toPrecision(9)));
  return /[.e]/.test(digits) ? `${digits}f` : `${digits}.0f`;
}

/** A double that C reads back to the same bits. */
const double = (value: number): string => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`);

/** A text that C reads back, as UTF-8; what a string cannot hold is written as a number, `?` as it begins trigraphs. */
const string = (text: string): string =>
  `"${Array.from(new TextEncoder().encode(text), (byte) => {
    const letter = String.fromCharCode(byte);
    return /[ -~]/.test(letter) && !'"?\\'.includes(letter) ? letter : `\\${byte.toString(8).padStart(3, '0')}`;
  }).join('')}"`;

/** What is told must not end the comment, nor begin another. */
const comment = (told: string): string => `/* ${told.replaceAll('*/', '* /').replaceAll('/*', '/ *')} */`;

const cellsOf: Readonly<Record<string, (value: number) => string>> = {
  float,
  double,
  uint32_t: (value) => `${value >>> 0}u`,
};

const array = (type: string, name: string, values: ArrayLike<number>, about: string): string =>
  list(type, name, Array.from(values, cellsOf[type] ?? String), about);

function list(type: string, name: string, cells: readonly string[], about: string): string {
  const rows = Array.from(
    { length: Math.ceil(cells.length / ROW) },
    (_, row) => `  ${cells.slice(row * ROW, (row + 1) * ROW).join(', ')},`,
  );
  return `${comment(about)}\nstatic const ${type} ${identifier(name)}[${cells.length}] = {\n${rows.join('\n')}\n};\n`;
}

function describeLayer({ name, type, config, ...layer }: LayerFacts): string {
  const [from, to] = [layer.inputShape, layer.outputShape].map((shape) => `[${shape.join(', ')}]`);
  return `${name}: ${from} -> ${to}, ${type} ${JSON.stringify(config)}`;
}

function writeScale(port: string, scale: Scale | null, use: string): string[] {
  if (scale === null) return [];
  return [
    array('double', `${port}_mean`, scale.mean, `${use}, both of i mod ${scale.mean.length}`),
    array('double', `${port}_deviation`, scale.deviation, '1 for what does not vary'),
  ];
}

function writeFacts({ layers, standardization: { input, target }, classNames, answer }: Facts): string[] {
  const about = [...layers.map(describeLayer), `the answer: ${answer}`];
  const names = classNames.map(string);
  return [
    `${about.map(comment).join('\n')}\n`,
    ...writeScale('input', input, 'value i goes in as (x - mean) / deviation'),
    ...writeScale('target', target, 'output i is answered as output * deviation + mean'),
    ...(names.length === 0 ? [] : [list('char *const', 'class_names', names, 'of the first outputs, in their order')]),
  ];
}

/** A header of its own: include it, and multiply each column by its scale. */
export function writeC(weights: Readonly<Record<string, StoredWeight>>, about: string, facts: Facts): string {
  const parts = Object.entries(weights).flatMap(([name, { values, shape, scales, isPair }]) => {
    const type = TYPES[values.constructor.name];
    const pair = isPair ? ', in each word the plus device below and the minus device above' : '';
    const whole = array(type, name, values, `${name}: ${shape.join(' x ')}, row-major, the outputs last${pair}`);
    return scales === null
      ? [whole]
      : [whole, array('float', `${name}_scale`, scales, `${name}: what each column is multiplied by`)];
  });
  const body = [...writeFacts(facts), ...parts].join('\n');
  return `${comment(about)}\n#pragma once\n#include <stdint.h>\n\n${body}`;
}
