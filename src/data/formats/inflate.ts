// Deflate undone (RFC 1951), into one array that is as large as it has to be. The platform's DecompressionStream is not
// used: engines differ in what they take behind the first member of a gzip, Safari 14 and Chrome 80's raw deflate lack
// it, and it hands out pieces that would be joined in memory once more.
//
// Codes of up to 10 bits are looked up; longer ones, which are rare, are found bit by bit by their canonical order.

import { DataError } from '../errors.ts';

const MAX_BITS = 15;
const LOOKUP_BITS = 10;
const LOOKUP_MASK = (1 << LOOKUP_BITS) - 1;
const ENDS = 'deflate ends amid a block';
const END_OF_BLOCK = 256;
const LITERALS = 288;
const DISTANCES = 30;

/** Lengths 3 .. 258 and distances 1 .. 32768: the least of each code and the bits that are added. */
const LENGTHS = ranges(3, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]);
const DISTANCE = ranges(1, [0, 0, 0, 0, ...Array.from({ length: 26 }, (_, i) => (i >> 1) + 1)]);
const LONGEST = 28;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

interface Ranges {
  readonly least: Uint16Array;
  readonly bits: Uint8Array;
}

function ranges(first: number, bits: readonly number[]): Ranges {
  const least = new Uint16Array(bits.length + 1);
  let next = first;
  bits.forEach((count, code) => {
    least[code] = next;
    next += 1 << count;
  });
  return { least, bits: Uint8Array.from([...bits, 0]) };
}
LENGTHS.least[LONGEST] = 258;

/** Codes by their lengths. */
class Codes {
  /** By the next 10 bits: symbol << 4 | length, 0 where the code is longer. */
  readonly lookup = new Int16Array(1 << LOOKUP_BITS);
  /** How many codes have each length. */
  readonly count = new Uint16Array(MAX_BITS + 1);
  /** In canonical order. */
  readonly symbols = new Uint16Array(LITERALS);

  /** @throws DataError where the lengths are those of no code */
  build(lengths: Uint8Array): void {
    const { count, symbols, lookup } = this;
    count.fill(0);
    lookup.fill(0);
    for (const length of lengths) count[length]++;
    const used = lengths.length - count[0];
    count[0] = 0;
    let left = 1;
    const place = new Uint16Array(MAX_BITS + 2);
    const code = new Uint16Array(MAX_BITS + 2);
    for (let length = 1; length <= MAX_BITS; length++) {
      left = 2 * left - count[length];
      if (left < 0) throw new DataError('deflate has more codes than their lengths leave room for');
      place[length + 1] = place[length] + count[length];
      code[length + 1] = (code[length] + count[length]) << 1;
    }
    if (left > 0 && used > 1) throw new DataError('deflate has fewer codes than their lengths want');
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol];
      if (length === 0) continue;
      symbols[place[length]++] = symbol;
      const own = code[length]++;
      if (length > LOOKUP_BITS) continue;
      for (let at = reversed(own, length); at <= LOOKUP_MASK; at += 1 << length) lookup[at] = (symbol << 4) | length;
    }
  }
}

/** Of the code that the next bits begin with: symbol << 4 | length. @throws DataError where there is none */
function longCode({ count, symbols }: Codes, bits: number): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    code |= (bits >>> (length - 1)) & 1;
    if (code - count[length] < first) return (symbols[index + code - first] << 4) | length;
    index += count[length];
    first = (first + count[length]) << 1;
    code <<= 1;
  }
  throw new DataError('deflate holds a code that stands for nothing');
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= ((code >> bit) & 1) << (length - 1 - bit);
  return out;
}

/** An array that is filled from its beginning. */
export class Output {
  bytes: Uint8Array;
  length = 0;
  private readonly limit: number;

  /**
   * @param expected how long it will be, as far as is known
   * @param limit what it may never exceed
   */
  constructor(expected: number, limit: number) {
    this.bytes = new Uint8Array(Math.min(expected, limit));
    this.limit = limit;
  }

  /** The bytes, with room for `count` behind the first `length`. @throws DataError beyond the limit */
  reserve(length: number, count: number): Uint8Array {
    const wanted = length + count;
    if (wanted <= this.bytes.length) return this.bytes;
    if (wanted > this.limit)
      throw new DataError(
        (called) => `it unfolds to more than the limit of ${this.limit} bytes (${called('maxBytes')} is another)`,
      );
    const wider = new Uint8Array(Math.min(this.limit, Math.max(wanted, 4 * this.bytes.length)));
    wider.set(this.bytes.subarray(0, length));
    this.bytes = wider;
    return wider;
  }

  taken(): Uint8Array {
    return this.length === this.bytes.length ? this.bytes : this.bytes.slice(0, this.length);
  }
}

class Bits {
  readonly source: Uint8Array;
  position: number;
  /** The next bits, the first lowest, and how many they are. */
  hold = 0;
  held = 0;

  constructor(source: Uint8Array, position: number) {
    this.source = source;
    this.position = position;
  }

  /** Holds at least 25 bits; behind the end they are zero for a while. @throws DataError behind that */
  private fill(): void {
    while (this.held <= 24) {
      if (this.position >= this.source.length + 4) throw new DataError(ENDS);
      this.hold |= this.source[this.position++] << this.held;
      this.held += 8;
    }
  }

  /** At most 16 bits. */
  take(count: number): number {
    if (this.held < count) this.fill();
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return value;
  }

  symbol(codes: Codes): number {
    if (this.held < MAX_BITS) this.fill();
    const entry = codes.lookup[this.hold & LOOKUP_MASK] || longCode(codes, this.hold);
    this.hold >>>= entry & 15;
    this.held -= entry & 15;
    return entry >> 4;
  }

  /** Drops what is left of a byte, and gives held bytes back. @throws DataError where the source ended before */
  align(): void {
    this.position -= this.held >> 3;
    this.hold = 0;
    this.held = 0;
    if (this.position > this.source.length) throw new DataError(ENDS);
  }
}

/**
 * Unfolds the deflate stream that begins at a byte, behind what `out` holds.
 *
 * @returns the position behind it
 * @throws DataError for what is damaged or truncated, and beyond the limit of `out`
 */
export function inflate(source: Uint8Array, start: number, out: Output): number {
  const bits = new Bits(source, start);
  const begin = out.length;
  let isLast = false;
  while (!isLast) {
    isLast = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) copyStored(source, bits, out);
    else if (kind === 3) throw new DataError('deflate has a block of kind 3');
    else {
      const { literals, distances } = kind === 1 ? FIXED : readCodes(bits);
      inflateBlock(bits, literals, distances, out, begin);
    }
  }
  bits.align();
  return bits.position;
}

function copyStored(source: Uint8Array, bits: Bits, out: Output): void {
  bits.align();
  const length = bits.take(16);
  if (bits.take(16) !== (length ^ 0xffff)) throw new DataError('deflate has a stored block of two lengths');
  bits.align();
  const end = bits.position + length;
  if (end > source.length) throw new DataError(ENDS);
  out.reserve(out.length, length).set(source.subarray(bits.position, end), out.length);
  out.length += length;
  bits.position = end;
}

interface BlockCodes {
  readonly literals: Codes;
  readonly distances: Codes;
}

const FIXED: BlockCodes = { literals: new Codes(), distances: new Codes() };
FIXED.literals.build(new Uint8Array(LITERALS).fill(8).fill(9, 144, 256).fill(7, 256, 280));
FIXED.distances.build(new Uint8Array(32).fill(5));
/** Those of the block at hand. */
const own: BlockCodes = { literals: new Codes(), distances: new Codes() };

function readCodes(bits: Bits): BlockCodes {
  const { literals, distances } = own;
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const codeLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  const codeLengthCount = bits.take(4) + 4;
  for (let at = 0; at < codeLengthCount; at++) codeLengths[CODE_LENGTH_ORDER[at]] = bits.take(3);
  literals.build(codeLengths);
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let at = 0; at < lengths.length; ) {
    const symbol = bits.symbol(literals);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) throw new DataError('deflate repeats a length before there is one');
    const repeats = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + repeats > lengths.length) throw new DataError('deflate repeats a length beyond the codes');
    lengths.fill(symbol === 16 ? lengths[at - 1] : 0, at, at + repeats);
    at += repeats;
  }
  if (lengths[END_OF_BLOCK] === 0) throw new DataError('deflate has a block without an end');
  literals.build(lengths.subarray(0, literalCount));
  distances.build(lengths.subarray(literalCount));
  return own;
}

/** The state of `bits` is held in variables: this is where the time goes. */
function inflateBlock(bits: Bits, literals: Codes, distances: Codes, out: Output, begin: number): void {
  const { source } = bits;
  let { position, hold, held } = bits;
  let { bytes, length: at } = out;
  for (;;) {
    for (; held <= 24; held += 8) hold |= source[position++] << held;
    if (position > source.length + 4) throw new DataError(ENDS);
    const symbol = literals.lookup[hold & LOOKUP_MASK] || longCode(literals, hold);
    hold >>>= symbol & 15;
    held -= symbol & 15;
    if (symbol < END_OF_BLOCK << 4) {
      if (at === bytes.length) bytes = out.reserve(at, 1);
      bytes[at++] = symbol >> 4;
      continue;
    }
    const code = (symbol >> 4) - END_OF_BLOCK - 1;
    if (code < 0) break;
    if (code > LONGEST) throw new DataError('deflate holds a length that there is not');
    const lengthBits = LENGTHS.bits[code];
    const length = LENGTHS.least[code] + (hold & ((1 << lengthBits) - 1));
    hold >>>= lengthBits;
    held -= lengthBits;
    for (; held <= 24; held += 8) hold |= source[position++] << held;
    const reach = distances.lookup[hold & LOOKUP_MASK] || longCode(distances, hold);
    hold >>>= reach & 15;
    held -= reach & 15;
    if (reach >> 4 >= DISTANCES) throw new DataError('deflate holds a distance that there is not');
    for (; held <= 24; held += 8) hold |= source[position++] << held;
    const distanceBits = DISTANCE.bits[reach >> 4];
    const distance = DISTANCE.least[reach >> 4] + (hold & ((1 << distanceBits) - 1));
    hold >>>= distanceBits;
    held -= distanceBits;
    if (distance > at - begin) throw new DataError('deflate repeats what is before its beginning');
    if (at + length > bytes.length) bytes = out.reserve(at, length);
    repeat(bytes, at, distance, length);
    at += length;
  }
  out.length = at;
  bits.position = position;
  bits.hold = hold;
  bits.held = held;
}

/** Bytes may be read that the same call wrote. */
function repeat(bytes: Uint8Array, at: number, distance: number, length: number): void {
  if (distance === 1) bytes.fill(bytes[at - 1], at, at + length);
  else for (let i = at; i < at + length; i++) bytes[i] = bytes[i - distance];
}
