// Values of every kind that JavaScript has, as callers without types may give them.

import { below, oneOf, type Words } from './target.ts';

const ARRAYS = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
] as const;

const scalars: readonly unknown[] = [
  0,
  1,
  2,
  -1,
  0.5,
  -0,
  1e39,
  2 ** 31,
  2 ** 53,
  Number.NaN,
  Infinity,
  -Infinity,
  undefined,
  null,
  true,
  false,
  '',
  '1',
  'ant',
  '__proto__',
  1n,
  2n ** 70n,
  Symbol('odd'),
  Symbol.iterator,
];

const itself: unknown[] = [];
itself.push(itself, itself);

const handed = [new Float32Array(6), new Float64Array(6), new Uint8Array(6)];
structuredClone(null, { transfer: handed.map(({ buffer }) => buffer) });

const others: readonly ((next: Words) => unknown)[] = [
  () => ({}),
  () => [],
  () => () => 0,
  () => new Date(0),
  () => new Map(),
  () => /odd/,
  () => Object.create(null),
  () => itself,
  (next) => oneOf(next, handed),
  () => new Array(5),
  (next) => ({ length: oneOf(next, [0, 3, -1, 2 ** 32, 'x']) }),
  (next) => ({ toString: oneOf<unknown>(next, [1, null, () => 'x']) }),
  (next) => new ArrayBuffer(below(next, 32)),
  (next) => new DataView(new ArrayBuffer(below(next, 32))),
  (next) => new Float32Array(new SharedArrayBuffer(24)).fill(below(next, 3)),
  (next) => new BigInt64Array(below(next, 8)),
  (next) => new Proxy([below(next, 3), 1, 2], {}),
  (next) => ({ width: below(next, 4), height: below(next, 4), data: new Uint8ClampedArray(4 * below(next, 8)) }),
];

/** A number mostly. */
const number = (next: Words): unknown => (below(next, 12) === 0 ? oneOf(next, scalars) : below(next, 5) / 2);

/** A value of some kind; lists are nested `depth` levels at most. */
export function odd(next: Words, depth = 4): unknown {
  const kind = below(next, 16);
  if (kind < 3) return oneOf(next, scalars);
  if (kind < 5) return oneOf(next, others)(next);
  if (kind < 8) return new (oneOf(next, ARRAYS))(Array.from({ length: below(next, 14) }, () => below(next, 3)));
  if (kind < 11 || depth === 0) return Array.from({ length: below(next, 14) }, () => number(next));
  if (kind < 12) return { [String(oneOf(next, scalars.slice(0, 20)))]: odd(next, depth - 1) };
  const same = below(next, 2) === 0 ? odd(next, depth - 1) : null;
  return Array.from({ length: below(next, 5) }, () => same ?? odd(next, depth - 1));
}
