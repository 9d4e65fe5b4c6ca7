// Tar archives: the files in them by name. Reads what git and GNU tar write of regular files with names of up to 255
// letters; extended headers say nothing that is wanted here and are passed over. Not links or devices, and no writing.
//
//   header of 512 bytes: name 0, size 124 (octal), checksum 148, type 156, "ustar" 257, prefix 345; content, padded
//
// Source: POSIX.1-1988 ustar; POSIX.1-2001 pax.

import { expectBytes } from '../expect.ts';
import { DataError } from '../errors.ts';

const BLOCK = 512;
const [NAME, SIZE, CHECKSUM, TYPE, MAGIC, PREFIX] = [0, 124, 148, 156, 257, 345];
const REGULAR = ['0', '\0'];
/** GNU's own way of writing a name of more than 100 letters. */
const LONG_NAME = 'L';

/**
 * The content of every regular file, in the memory of the archive.
 *
 * @throws DataError for what is no tar archive, is damaged or truncated, or has a name in GNU's long form
 */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  expectBytes('readTar', bytes);
  const files = new Map<string, Uint8Array>();
  let offset = 0;
  while (offset < bytes.length && bytes[offset] !== 0) {
    const header = bytes.subarray(offset, offset + BLOCK);
    if (sumOf(header) !== octal(header, CHECKSUM, 8)) {
      throw new DataError(`tar: byte ${offset} of ${bytes.length} begins no header; wanted one with its checksum`);
    }
    const [begin, size, type] = [offset + BLOCK, octal(header, SIZE, 12), text(header, TYPE, 1) || '\0'];
    const name = nameOf(header);
    if (type === LONG_NAME) throw new DataError(`tar: a long name of GNU at byte ${offset}; wanted ustar or pax`);
    if (begin + size > bytes.length) {
      throw new DataError(`tar: ${name} has ${size} bytes from byte ${begin}, but the archive ends at ${bytes.length}`);
    }
    if (REGULAR.includes(type)) files.set(name, bytes.subarray(begin, begin + size));
    offset = begin + BLOCK * Math.ceil(size / BLOCK);
  }
  if (files.size > 0) return files;
  throw new DataError(`tar of ${bytes.length} bytes holds no file`);
}

function nameOf(header: Uint8Array): string {
  const prefix = text(header, MAGIC, 5) === 'ustar' ? text(header, PREFIX, 155) : '';
  return (prefix && `${prefix}/`) + text(header, NAME, 100);
}

/** Up to the first zero. */
function text(header: Uint8Array, first: number, length: number): string {
  const field = header.subarray(first, first + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, first: number, length: number): number {
  const digits = text(header, first, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** Of all bytes, those of the checksum taken for blanks. */
const sumOf = (header: Uint8Array): number =>
  header.reduce((sum, byte, at) => sum + (at >= CHECKSUM && at < CHECKSUM + 8 ? 32 : byte), 0);
