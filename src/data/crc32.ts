// CRC-32 (ISO 3309, the polynomial of zip and PNG): finds damage, proves nothing about intent. Four bytes at a time, by
// a table for each.

const BYTES = 4;

/** TABLE[256 k + byte]: what a byte becomes when k others follow. */
const TABLE = new Int32Array(256 * BYTES);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLE[byte] = value;
}
for (let at = 256; at < TABLE.length; at++) TABLE[at] = (TABLE[at - 256] >>> 8) ^ TABLE[TABLE[at - 256] & 0xff];

export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  for (const end = bytes.length - (BYTES - 1); at < end; at += BYTES) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc =
      TABLE[0x300 + (crc & 0xff)] ^
      TABLE[0x200 + ((crc >>> 8) & 0xff)] ^
      TABLE[0x100 + ((crc >>> 16) & 0xff)] ^
      TABLE[crc >>> 24];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}

export const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
