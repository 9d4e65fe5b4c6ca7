// Bytes as text, by their mark or by what they can only be: UTF-8, UTF-16 in both orders, else Latin-1 (windows-1252).

import { expectThat } from '../../options.ts';
import { DataError } from '../errors.ts';

/** Longest text that every engine holds as one string (Chrome 80: 2^29 - 24 characters). */
const MAX_LENGTH = 2 ** 29 - 24;
/** Bytes that show whether every other one is zero, as in UTF-16 without a mark. */
const PROBE = 1024;

/**
 * The text without its byte order mark.
 *
 * @throws DataError where it is longer than engines can hold
 */
export function decodeText(source: Uint8Array | string): string {
  const isText = typeof source === 'string' || source instanceof Uint8Array;
  expectThat(isText, 'the text', source, 'a string or a Uint8Array', DataError);
  if (source.length > MAX_LENGTH) {
    throw new DataError(`text has ${source.length} bytes; wanted at most ${MAX_LENGTH}`);
  }
  if (typeof source === 'string') return source.startsWith('\ufeff') ? source.slice(1) : source;
  const wide = findUtf16(source);
  if (wide !== undefined) return new TextDecoder(wide).decode(source);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return new TextDecoder('windows-1252').decode(source);
  }
}

function findUtf16(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const length = Math.min(bytes.length, PROBE) & ~1;
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at & 1]++;
  if (zeros[1] * 4 > length && zeros[0] === 0) return 'utf-16le';
  return zeros[0] * 4 > length && zeros[1] === 0 ? 'utf-16be' : undefined;
}
