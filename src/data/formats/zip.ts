// Zip archives, as far as .npz needs them: reads stored and deflated entries, of zip64 too, writes stored ones.
// Not encryption or several disks: those are refused by name. Sizes come from the central directory, because NumPy
// writes placeholders into the local headers.
//
// Source: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (end
// records), 4.5.3 (zip64 field).

import { crc32 } from '../crc32.ts';
import { inflateRaw, unfoldingLimit } from './decompress.ts';
import { DataError, listed } from '../errors.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const MAX_COMMENT = 0xffff;
/** What stands in a field whose value is in the zip64 field, of which this is the tag. */
const ELSEWHERE = 0xffffffff;
const ZIP64_TAG = 1;

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

/** An archive, of which an entry is unpacked when it is asked for. */
export interface Zip {
  readonly names: readonly string[];
  /** @throws DataError where there is no such entry, it is damaged, or all that is read is beyond the limit */
  read(name: string): Promise<Uint8Array>;
}

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

/**
 * Opens an archive. Of two entries with one name the later one counts.
 *
 * @param maxBytes limit of the unpacked size of all that is read; that of `gunzip` unless told
 * @throws DataError for what is not a zip archive, is damaged or truncated, or has entries that lie in one another
 */
export function openZip(bytes: Uint8Array, maxBytes?: number): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map(readDirectory(bytes, view).map((entry) => [entry.name, entry]));
  const limit = unfoldingLimit(bytes.length, maxBytes);
  let unfolded = 0;
  return {
    names: [...entries.keys()],
    async read(name) {
      const entry = entries.get(name);
      if (!entry) throw new DataError(`zip holds ${listed([...entries.keys()]) || 'nothing'}; wanted "${name}"`);
      unfolded += entry.size;
      if (unfolded > limit) throw new DataError(`zip unfolds to ${unfolded} bytes; wanted at most ${limit}`);
      return readEntry(bytes, view, entry);
    },
  };
}

/** Unpacks every entry of an archive, by name. @throws DataError as `openZip` and its `read` */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const zip = openZip(bytes);
  const files = new Map<string, Uint8Array>();
  for (const name of zip.names) files.set(name, await zip.read(name));
  return files;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let offset = last; offset >= Math.max(0, last - MAX_COMMENT); offset--) {
    if (view.getUint32(offset, true) === END) return offset;
  }
  throw new DataError(`not a zip archive: no end record in the last bytes of ${view.byteLength}`);
}

/** Where the directory is, by the end record or by that of zip64. */
function findDirectory(view: DataView): { count: number; start: number; end: number } {
  const end = findEnd(view);
  const plain = { count: view.getUint16(end + 10, true), start: view.getUint32(end + 16, true), end };
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== ZIP64_LOCATOR) return plain;
  const record = getUint64(view, locator + 8);
  if (record + ZIP64_END_BYTES > locator || view.getUint32(record, true) !== ZIP64_END) {
    throw new DataError(`zip64 end record is not at byte ${record} of ${view.byteLength}`);
  }
  return { count: getUint64(view, record + 32), start: getUint64(view, record + 48), end: record };
}

const getUint64 = (view: DataView, offset: number): number =>
  view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);

function readDirectory(bytes: Uint8Array, view: DataView): Entry[] {
  const { count, start, end } = findDirectory(view);
  const decoder = new TextDecoder();
  const entries: Entry[] = [];
  let offset = start;
  for (let i = 0; i < count; i++) {
    if (offset + CENTRAL_BYTES > end || view.getUint32(offset, true) !== CENTRAL) {
      throw new DataError(`zip directory entry ${i} of ${count} is not at byte ${offset} of ${bytes.length}`);
    }
    const nameEnd = offset + CENTRAL_BYTES + view.getUint16(offset + 28, true);
    const extraEnd = nameEnd + view.getUint16(offset + 30, true);
    if (extraEnd > end) throw new DataError(`zip entry name at byte ${offset} runs beyond the directory`);
    const [size, packedSize, headerOffset] = readSizes(view, offset, nameEnd, extraEnd);
    entries.push({
      name: decoder.decode(bytes.subarray(offset + CENTRAL_BYTES, nameEnd)),
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      packedSize,
      size,
      headerOffset,
    });
    offset = extraEnd + view.getUint16(offset + 32, true);
  }
  assertApart(entries, start);
  return entries;
}

/** Size, packed size and place of the header; those that do not fit stand in the zip64 field, in this order. */
function readSizes(view: DataView, offset: number, extraStart: number, extraEnd: number): number[] {
  let zip64 = extraStart;
  while (zip64 + 4 <= extraEnd && view.getUint16(zip64, true) !== ZIP64_TAG)
    zip64 += 4 + view.getUint16(zip64 + 2, true);
  let next = zip64 + 4;
  return [24, 20, 42].map((field) => {
    const value = view.getUint32(offset + field, true);
    if (value !== ELSEWHERE) return value;
    if (next + 8 > extraEnd) throw new DataError(`zip entry at byte ${offset} lacks the sizes of zip64`);
    next += 8;
    return getUint64(view, next - 8);
  });
}

/** Entries that share a body unfold a small file many times. */
function assertApart(entries: readonly Entry[], directory: number): void {
  const inOrder = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  inOrder.forEach(({ name, headerOffset, packedSize }, at) => {
    const next = inOrder[at + 1]?.headerOffset ?? directory;
    if (headerOffset + LOCAL_BYTES + packedSize <= next) return;
    throw new DataError(`zip entry "${name}" from byte ${headerOffset} runs into what follows at byte ${next}`);
  });
}

async function readEntry(bytes: Uint8Array, view: DataView, entry: Entry): Promise<Uint8Array> {
  const { name, method, headerOffset, packedSize, size } = entry;
  if (headerOffset + LOCAL_BYTES > bytes.length || view.getUint32(headerOffset, true) !== LOCAL) {
    throw new DataError(`zip entry "${name}" has no header at byte ${headerOffset} of ${bytes.length}`);
  }
  if ((view.getUint16(headerOffset + 6, true) & 1) !== 0) {
    throw new DataError(`zip entry "${name}" is encrypted; wanted a plain one`);
  }
  const nameEnd = headerOffset + LOCAL_BYTES + view.getUint16(headerOffset + 26, true);
  const start = nameEnd + view.getUint16(headerOffset + 28, true);
  if (start + packedSize > bytes.length) {
    throw new DataError(`zip entry "${name}" wants ${packedSize} bytes from byte ${start} of ${bytes.length}`);
  }
  const localName = new TextDecoder().decode(bytes.subarray(headerOffset + LOCAL_BYTES, nameEnd));
  if (localName !== name) throw new DataError(`zip entry "${name}" is called "${localName}" at its own place`);
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
