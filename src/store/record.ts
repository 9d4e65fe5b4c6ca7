// A record: bytes, and a head that says which bytes. It knows no medium: whatever keeps two slots for a key may use it.
//
//   head: 'ONWS' | sequence u32 | length u32 | CRC-32 of the bytes | CRC-32 of the 16 bytes before
//
// All little-endian. The head is written last, into the slot that does not hold the newest record; so a record that was
// torn is one whose head is missing, cut short, or does not fit its bytes, and the other slot is whole.

import { crc32 } from '../data/crc32.ts';

/** What bytes must be to be those that were saved. */
export interface Seal {
  readonly length: number;
  readonly checksum: number;
}

export interface Head extends Seal {
  /** Of two records of a key, the one with the higher number is newer. The first has 1. */
  readonly sequence: number;
}

const MAGIC = 0x53574e4f;
const CHECKED = 16;
const LENGTH = CHECKED + 4;

export const sealOf = (bytes: Uint8Array): Seal => ({ length: bytes.length, checksum: crc32(bytes) });

export function writeHead({ sequence, length, checksum }: Head): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(LENGTH);
  const view = new DataView(head.buffer);
  [MAGIC, sequence, length, checksum].forEach((word, index) => view.setUint32(index * 4, word, true));
  view.setUint32(CHECKED, crc32(head.subarray(0, CHECKED)), true);
  return head;
}

/** Null for anything but a whole head. */
export function readHead(stored: unknown): Head | null {
  if (!(stored instanceof Uint8Array) || stored.length !== LENGTH) return null;
  const view = new DataView(stored.buffer, stored.byteOffset, LENGTH);
  const [magic, sequence, length, checksum] = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
  const isWhole = magic === MAGIC && view.getUint32(CHECKED, true) === crc32(stored.subarray(0, CHECKED));
  return isWhole ? { sequence, length, checksum } : null;
}

/** Whether these are the bytes that were sealed. */
export const fits = ({ length, checksum }: Seal, stored: unknown): stored is Uint8Array<ArrayBuffer> =>
  stored instanceof Uint8Array && stored.length === length && crc32(stored) === checksum;
