// Bytes that say what they are, and whether they are whole:
//
//   magic, 4 letters | version u32 | header length u32 | header, JSON in UTF-8 | content | CRC-32 of all before
//
// All little-endian.

import { crc32 } from './crc32.ts';

export interface Format {
  readonly magic: string;
  readonly version: number;
}

const START = 12;
const CHECKSUM = 4;

export function seal({ magic, version }: Format, header: unknown, content: readonly Uint8Array[]) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const parts = [text, ...content];
  const end = parts.reduce((total, { length }) => total + length, START);
  const bytes = new Uint8Array(end + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic));
  view.setUint32(4, version, true);
  view.setUint32(8, text.length, true);
  let offset = START;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** Without the methods of Node's Buffer, whose slices are no copies. */
function plainBytes(given: Uint8Array | ArrayBuffer): Uint8Array | null {
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  return given instanceof Uint8Array ? new Uint8Array(given.buffer, given.byteOffset, given.length) : null;
}

/** Header and content, the latter where it lies. `refuse` is told what is wrong with the bytes. */
export function unseal(
  { magic, version }: Format,
  given: Uint8Array | ArrayBuffer,
  refuse: (what: string) => never,
): { header: unknown; content: Uint8Array } {
  const bytes = plainBytes(given);
  if (bytes === null) return refuse(`is of type ${typeof given}, wanted Uint8Array`);
  if (bytes.length < START + CHECKSUM) refuse(`has ${bytes.length} bytes, too few for any`);
  const begin = String.fromCharCode(...bytes.subarray(0, 4));
  if (begin !== magic) refuse(`is none: it begins with '${begin}', wanted '${magic}'`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const came = view.getUint32(4, true);
  if (came !== version) refuse(`has format version ${came}, this program reads version ${version}`);
  const end = bytes.length - CHECKSUM;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)) {
    refuse(`is damaged or cut short: its checksum does not fit its ${bytes.length} bytes`);
  }
  const begins = START + view.getUint32(8, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(START, begins)));
  return { header, content: bytes.subarray(begins, end) };
}
