// Zip archives, as far as .npz needs them: reads stored and deflated entries, writes stored ones.
// Not zip64, encryption or several disks: those are refused by name. Sizes come from the central directory,
// because NumPy writes placeholders into the local headers.
//
// Source: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record).

import { crc32 } from '../crc32.ts';
import { inflateRaw } from './decompress.ts';
import { DataError } from '../errors.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const ZIP64 = 0xffffffff;
/** All entries together may not unfold beyond this. */
const MAX_BYTES = 2 ** 30;

const STORED = 0;
const DEFLATED = 8;

/** What the writer notes: version 2.0 of the format, names in UTF-8, 1 January 1980. */
const VERSION = 20;
const UTF8_NAMES = 0x800;
const DATE = 0x21;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/**
 * Unpacks every entry of an archive, by name. Of two entries with one name the later one counts.
 *
 * @throws DataError for what is not a zip archive, is damaged or truncated, or unfolds to more than 1 GiB
 */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > MAX_BYTES) throw new DataError(`zip unfolds to ${total} bytes; wanted at most ${MAX_BYTES}`);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) files.set(entry.name, await readEntry(bytes, view, entry));
  return files;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let offset = last; offset >= Math.max(0, last - MAX_COMMENT); offset--) {
    if (view.getUint32(offset, true) === END) return offset;
  }
  throw new DataError(`not a zip archive: no end record in the last bytes of ${view.byteLength}`);
}

function readDirectory(bytes: Uint8Array, view: DataView): Entry[] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let offset = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (offset + CENTRAL_BYTES > end || view.getUint32(offset, true) !== CENTRAL) {
      throw new DataError(`zip directory entry ${i} of ${count} is not at byte ${offset} of ${bytes.length}`);
    }
    const nameEnd = offset + CENTRAL_BYTES + view.getUint16(offset + 28, true);
    if (nameEnd > end) throw new DataError(`zip entry name at byte ${offset} runs beyond the directory`);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(offset + CENTRAL_BYTES, nameEnd)),
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      packedSize: view.getUint32(offset + 20, true),
      size: view.getUint32(offset + 24, true),
      headerOffset: view.getUint32(offset + 42, true),
    });
    offset = nameEnd + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

async function readEntry(bytes: Uint8Array, view: DataView, entry: Entry): Promise<Uint8Array> {
  const { name, method, headerOffset, packedSize, size } = entry;
  if (headerOffset === ZIP64 || packedSize === ZIP64 || size === ZIP64) {
    throw new DataError(`zip entry "${name}" is zip64; wanted one below 4 GiB`);
  }
  if (headerOffset + LOCAL_BYTES > bytes.length || view.getUint32(headerOffset, true) !== LOCAL) {
    throw new DataError(`zip entry "${name}" has no header at byte ${headerOffset} of ${bytes.length}`);
  }
  if ((view.getUint16(headerOffset + 6, true) & 1) !== 0) {
    throw new DataError(`zip entry "${name}" is encrypted; wanted a plain one`);
  }
  const start =
    headerOffset + LOCAL_BYTES + view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
  if (start + packedSize > bytes.length) {
    throw new DataError(`zip entry "${name}" wants ${packedSize} bytes from byte ${start} of ${bytes.length}`);
  }
  const packed = bytes.subarray(start, start + packedSize);
  if (method === DEFLATED) return inflateRaw(packed, size, entry.crc32);
  if (method !== STORED) throw new DataError(`zip entry "${name}" has method ${method}; wanted 0 (stored) or 8`);
  if (packedSize !== size || crc32(packed) !== entry.crc32) {
    throw new DataError(`zip entry "${name}" at byte ${start} is damaged: its size or CRC-32 differs`);
  }
  return new Uint8Array(packed);
}

/** Writes an archive of stored (not compressed) entries, dated 1980 so that equal contents give equal bytes. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = Array.from(files, ([name, data]) => ({ name: new TextEncoder().encode(name), data }));
  const directory = entries.reduce((sum, { name, data }) => sum + LOCAL_BYTES + name.length + data.length, 0);
  const end = entries.reduce((sum, { name }) => sum + CENTRAL_BYTES + name.length, directory);
  const bytes = new Uint8Array(end + END_BYTES);
  const view = new DataView(bytes.buffer);
  let local = 0;
  let central = directory;
  for (const { name, data } of entries) {
    const common = entryFields(name, data);
    view.setUint32(local, LOCAL, true);
    bytes.set(common, local + 4);
    bytes.set(name, local + LOCAL_BYTES);
    bytes.set(data, local + LOCAL_BYTES + name.length);
    view.setUint32(central, CENTRAL, true);
    view.setUint16(central + 4, VERSION, true);
    bytes.set(common, central + 6);
    view.setUint32(central + 42, local, true);
    bytes.set(name, central + CENTRAL_BYTES);
    local += LOCAL_BYTES + name.length + data.length;
    central += CENTRAL_BYTES + name.length;
  }
  view.setUint32(end, END, true);
  view.setUint16(end + 8, entries.length, true);
  view.setUint16(end + 10, entries.length, true);
  view.setUint32(end + 12, end - directory, true);
  view.setUint32(end + 16, directory, true);
  return bytes;
}

/** The 26 bytes that a local header (from byte 4) and a directory entry (from byte 6) share. */
function entryFields(name: Uint8Array, data: Uint8Array): Uint8Array {
  const fields = new DataView(new ArrayBuffer(26));
  fields.setUint16(0, VERSION, true);
  fields.setUint16(2, UTF8_NAMES, true);
  fields.setUint16(8, DATE, true);
  fields.setUint32(10, crc32(data), true);
  fields.setUint32(14, data.length, true);
  fields.setUint32(18, data.length, true);
  fields.setUint16(22, name.length, true);
  return new Uint8Array(fields.buffer);
}
