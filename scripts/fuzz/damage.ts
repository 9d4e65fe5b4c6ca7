// Valid bytes and texts with something wrong: bits, bytes and integers changed, cut, moved, repeated, joined to others.

import { below, oneOf, type Words } from './target.ts';

const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff];

type Change = (bytes: Uint8Array, next: Words) => Uint8Array;

const place = (bytes: Uint8Array, next: Words): number => below(next, bytes.length);

const changes: readonly Change[] = [
  (bytes, next) => {
    for (let flips = 1 + below(next, 8); flips > 0; flips--) bytes[place(bytes, next)] ^= 1 << below(next, 8);
    return bytes;
  },
  (bytes, next) => {
    for (let count = 1 + below(next, 4); count > 0; count--) bytes[place(bytes, next)] = next();
    return bytes;
  },
  (bytes, next) => bytes.subarray(0, place(bytes, next)),
  // headers stand in front
  (bytes, next) => {
    const start = below(next, Math.min(bytes.length, 160));
    return bytes.fill(oneOf(next, EXTREMES), start, start + 1 + below(next, 8));
  },
  (bytes, next) => bytes.copyWithin(place(bytes, next), place(bytes, next), place(bytes, next)),
  (bytes, next) => {
    const [start, length] = [place(bytes, next), 1 + below(next, 64)];
    return joined(bytes.subarray(0, start), bytes.subarray(start, start + length), bytes.subarray(start));
  },
];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** One of the valid ones with one to three changes, or the beginning of one with the end of another. */
export function damaged(valid: readonly Uint8Array[], next: Words): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array = Uint8Array.from(oneOf(next, valid));
  if (below(next, 8) === 0) {
    const other = oneOf(next, valid);
    bytes = joined(bytes.subarray(0, place(bytes, next)), other.subarray(place(other, next)));
  }
  for (let count = 1 + below(next, 3); count > 0; count--) bytes = oneOf(next, changes)(bytes, next);
  return Uint8Array.from(bytes);
}

/** One of the valid ones with some characters or words put in, taken out or repeated. */
export function damagedText(valid: readonly string[], tokens: readonly string[], next: Words): string {
  let text = oneOf(next, valid);
  for (let count = 1 + below(next, 4); count > 0; count--) {
    const [start, end] = [below(next, text.length + 1), below(next, 4)];
    const middle = oneOf(next, [() => oneOf(next, tokens), () => String.fromCharCode(next() % 300), () => '']);
    const part = below(next, 8) === 0 ? text.slice(start, start + 16).repeat(1 + below(next, 6)) : middle();
    text = text.slice(0, start) + part + text.slice(start + end);
  }
  return text;
}
