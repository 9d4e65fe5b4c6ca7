// gzip of any number of members, and the deflated bodies of zip entries; checked by their length and CRC-32.
//
// Source: RFC 1952 (gzip).

import { expectBytes } from '../expect.ts';
import { crc32 } from '../crc32.ts';
import { DataError } from '../errors.ts';
import { inflate, Output } from './inflate.ts';

/** Output beyond this is refused, unless told. */
const MAX_BYTES = 2 ** 30;
/** No deflated byte stands for more. */
const MOST_OF_A_BYTE = 1032;
/** What is unfolded in any case, and how often the packed size beyond it: honest data rarely folds so small. */
const FREE_BYTES = 2 ** 26;
const MAX_RATIO = 32;

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

/**
 * What packed bytes may unfold to: 1 GiB, but 32 times their size where that is more than 64 MiB; or what is told.
 */
export const unfoldingLimit = (packedBytes: number, told?: number): number =>
  told ?? Math.min(MAX_BYTES, Math.max(FREE_BYTES, MAX_RATIO * packedBytes));

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a gzip file, its members one behind the other; zeros behind them are padding.
 *
 * @param maxBytes limit of the unpacked size; unless told 1 GiB, and at most 32 times the packed size or 64 MiB
 * @throws DataError for damaged or truncated input, and beyond the limit
 */
export async function gunzip(bytes: Uint8Array, maxBytes?: number): Promise<Uint8Array> {
  expectBytes('gunzip', bytes);
  const limit = unfoldingLimit(bytes.length, maxBytes);
  try {
    const out = new Output(Math.min(lastLength(bytes), MOST_OF_A_BYTE * bytes.length), limit);
    let position = 0;
    do position = readMember(bytes, position, out);
    while (position < bytes.length && !bytes.subarray(position).every((byte) => byte === 0));
    return out.taken();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw error.retold(`gzip of ${bytes.length} bytes is refused: `);
  }
}

/** What the last bytes say the length is: that of the last member. */
function lastLength(bytes: Uint8Array): number {
  if (bytes.length < TRAILER_BYTES) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

/** Gives the position behind the member. */
function readMember(bytes: Uint8Array, start: number, out: Output): number {
  const before = out.length;
  const end = inflate(bytes, bodyStart(bytes, start), out);
  if (end + TRAILER_BYTES > bytes.length) throw new DataError('it ends within the last 8 bytes of a member');
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER_BYTES);
  const unpacked = out.bytes.subarray(before, out.length);
  if (trailer.getUint32(4, true) !== unpacked.length >>> 0 || trailer.getUint32(0, true) !== crc32(unpacked)) {
    throw new DataError(`the member from byte ${start} is damaged: its length or CRC-32 differs`);
  }
  return end + TRAILER_BYTES;
}

function bodyStart(bytes: Uint8Array, start: number): number {
  const method = bytes[start + 2];
  const flags = bytes[start + 3];
  if (start + HEADER_BYTES > bytes.length || !isGzip(bytes.subarray(start, start + 2))) {
    throw new DataError(`what follows at byte ${start} is no gzip member`);
  }
  if (method !== 8 || (flags & FLAG.reserved) !== 0) throw new DataError(`byte ${start + 2} names no method of gzip`);
  let position = start + HEADER_BYTES;
  if (flags & FLAG.extra) position += 2 + (bytes[position] | (bytes[position + 1] << 8));
  for (const flag of [FLAG.name, FLAG.comment]) if (flags & flag) position = behindZero(bytes, position);
  if (flags & FLAG.headerCrc) position += 2;
  if (position < bytes.length) return position;
  throw new DataError('it ends within a header');
}

function behindZero(bytes: Uint8Array, start: number): number {
  const zero = bytes.indexOf(0, start);
  return zero < 0 ? bytes.length : zero + 1;
}

/**
 * Unpacks raw deflate data whose size and CRC-32 are known, as in a zip entry.
 *
 * @throws DataError for damaged or truncated input, and where size or CRC differ
 */
export async function inflateRaw(bytes: Uint8Array, size: number, checksum: number): Promise<Uint8Array> {
  expectBytes('inflateRaw', bytes);
  const out = new Output(Math.min(size, MOST_OF_A_BYTE * bytes.length), size);
  inflate(bytes, 0, out);
  const unpacked = out.taken();
  if (unpacked.length === size && crc32(unpacked) === checksum) return unpacked;
  throw new DataError(`deflate of ${bytes.length} bytes is damaged: its size or CRC-32 differs`);
}
