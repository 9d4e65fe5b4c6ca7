// Weights as a C header: integers with the scale of each column where they are kept so, floats else, row-major.

import type { StoredWeight } from '../../src/index.ts';

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

function array(type: string, name: string, values: ArrayLike<number>, comment: string): string {
  const cells = Array.from(values, (value) =>
    type === 'float' ? float(value) : type === 'uint32_t' ? `${value >>> 0}u` : `${value}`,
  );
  const rows = Array.from(
    { length: Math.ceil(cells.length / ROW) },
    (_, row) => `  ${cells.slice(row * ROW, (row + 1) * ROW).join(', ')},`,
  );
  return `/* ${comment} */\nstatic const ${type} ${identifier(name)}[${cells.length}] = {\n${rows.join('\n')}\n};\n`;
}

/** A header of its own: include it, and multiply each column by its scale. */
export function writeC(weights: Readonly<Record<string, StoredWeight>>, about: string): string {
  const parts = Object.entries(weights).flatMap(([name, { values, shape, scales, isPair }]) => {
    const type = TYPES[values.constructor.name];
    const pair = isPair ? ', in each word the plus device below and the minus device above' : '';
    const whole = array(type, name, values, `${name}: ${shape.join(' x ')}, row-major, the outputs last${pair}`);
    return scales === null
      ? [whole]
      : [whole, array('float', `${name}_scale`, scales, `${name}: what each column is multiplied by`)];
  });
  return `/* ${about} */\n#pragma once\n#include <stdint.h>\n\n${parts.join('\n')}`;
}
