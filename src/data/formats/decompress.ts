// gzip and raw deflate through the platform's DecompressionStream (Chrome 80, Firefox 113, Safari 16.4, Node 18).
// Not an inflate of its own. Chrome learned 'deflate-raw' only in version 103, so raw deflate is given a gzip frame,
// which also makes the platform check length and CRC.
//
// Source: RFC 1952 (gzip).

import { DataError } from '../errors.ts';

/** Output beyond this is refused: a few kilobytes of deflate can unfold to gigabytes. */
const MAX_BYTES = 2 ** 30;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a gzip file of one member.
 *
 * @param maxBytes limit of the unpacked size; 1 GiB unless told
 * @throws DataError for damaged or truncated input, and beyond the limit
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new DataError(`gzip of ${bytes.length} bytes is damaged or truncated: ${(cause as Error).message}`);
    });
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new DataError(`gzip of ${bytes.length} bytes unfolds to more than the limit of ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
  return concatenate(chunks, length);
}

/**
 * Unpacks raw deflate data whose size and CRC-32 are known, as in a zip entry.
 *
 * @throws DataError for damaged or truncated input, and where size or CRC differ
 */
export async function inflateRaw(bytes: Uint8Array, size: number, crc32: number): Promise<Uint8Array> {
  const frame = new Uint8Array(10 + bytes.length + 8);
  frame.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  frame.set(bytes, 10);
  const trailer = new DataView(frame.buffer, 10 + bytes.length);
  trailer.setUint32(0, crc32, true);
  trailer.setUint32(4, size, true);
  return gunzip(frame, size);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
