// Zip archives: zip64, and what is refused: entries in one another, other names, bombs.

import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/data/crc32.ts';
import { DataError, openNpz, readNpz, writeNpy, writeNpz } from '../../src/data/index.ts';
import { openZip, writeZip } from '../../src/data/formats/zip.ts';

const le = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
  else bytes.writeUIntLE(value, 0, size);
  return bytes;
};

interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly size?: number;
  readonly at?: number;
  readonly localName?: string;
}

/** Deflated entries, with what their headers are to say; `at` points to the body of another. */
function archive(entries: readonly Entry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let end = 0;
  for (const { name, data, size = data.length, at = end, localName = name } of entries) {
    const packed = deflateRawSync(data);
    const common = [le(20, 2), le(0, 2), le(8, 2), le(0, 4), le(crc32(data), 4), le(packed.length, 4), le(size, 4)];
    if (at === end) {
      const local = Buffer.concat([
        le(0x04034b50, 4),
        ...common,
        le(localName.length, 2),
        le(0, 2),
        Buffer.from(localName),
        packed,
      ]);
      bodies.push(local);
      end += local.length;
    }
    directory.push(
      Buffer.concat([
        le(0x02014b50, 4),
        le(20, 2),
        ...common,
        le(name.length, 2),
        Buffer.alloc(12),
        le(at, 4),
        Buffer.from(name),
      ]),
    );
  }
  const [body, listed] = [Buffer.concat(bodies), Buffer.concat(directory)];
  const count = le(entries.length, 2);
  return Buffer.concat([
    body,
    listed,
    le(0x06054b50, 4),
    le(0, 4),
    count,
    count,
    le(listed.length, 4),
    le(end, 4),
    le(0, 2),
  ]);
}

/** One stored entry whose sizes and place stand in the fields of zip64. */
function zip64(file: Uint8Array): Buffer {
  const name = Buffer.from('a.npy');
  const none = le(0xffffffff, 4);
  const common = [le(45, 2), le(0, 4), le(0, 2), le(0x21, 2), le(crc32(file), 4), none, none, le(name.length, 2)];
  const sizes = [le(file.length, 8), le(file.length, 8)];
  const local = Buffer.concat([le(0x04034b50, 4), ...common, le(20, 2), name, le(1, 2), le(16, 2), ...sizes, file]);
  const central = Buffer.concat([
    ...[le(0x02014b50, 4), le(45, 2), ...common, le(28, 2), le(0, 6), le(0, 4), none, name],
    ...[le(1, 2), le(24, 2), ...sizes, le(0, 8)],
  ]);
  const place = [le(central.length, 8), le(local.length, 8)];
  const end64 = [le(0x06064b50, 4), le(44, 8), le(45, 2), le(45, 2), le(0, 8), le(1, 8), le(1, 8), ...place];
  const locator = [le(0x07064b50, 4), le(0, 4), le(local.length + central.length, 8), le(1, 4)];
  const end = [le(0x06054b50, 4), le(0, 4), le(0xffff, 2), le(0xffff, 2), none, none, le(0, 2)];
  return Buffer.concat([local, central, ...end64, ...locator, ...end]);
}

test('zip64 is read, and its damage refused', async () => {
  const file = writeNpy({ data: Float32Array.of(1, 2), shape: [2] });
  const bytes = zip64(file);
  expect((await readNpz(bytes)).get('a')).toEqual({ data: Float32Array.of(1, 2), shape: [2] });
  const record = bytes.indexOf(le(0x06064b50, 4));
  bytes[record] ^= 1;
  await expect(readNpz(bytes)).rejects.toThrow(`zip64 end record is not at byte ${record}`);
});

describe('refused', () => {
  const data = new Uint8Array(20_000);

  test('entries that share a body', () => {
    const entries = [0, 1, 2].map((i) => ({ name: `${i}.npy`, data, at: 0 }));
    expect(() => openZip(archive(entries))).toThrow('zip entry "0.npy" from byte 0 runs into what follows at byte 0');
  });

  test('an entry that is called otherwise at its own place', async () => {
    const zip = openZip(archive([{ name: 'y_train.npy', localName: 'x_train.npy', data }]));
    await expect(zip.read('y_train.npy')).rejects.toThrow('zip entry "y_train.npy" is called "x_train.npy" at its own');
  });

  test('an entry larger than it says, at once', async () => {
    await expect(openZip(archive([{ name: 'a', data, size: 10 }])).read('a')).rejects.toThrow(
      'more than the limit of 10',
    );
  });

  test('an entry that is not there, and all beyond the limit', async () => {
    const zip = openZip(writeZip(new Map(['a', 'b', 'c'].map((name) => [name, data]))), 50_000);
    await expect(zip.read('d')).rejects.toThrow('zip holds a, b, c; wanted "d"');
    await zip.read('a');
    await zip.read('b');
    await expect(zip.read('c')).rejects.toThrow('zip unfolds to 60000 bytes; wanted at most 50000');
    await expect(zip.read('c')).rejects.toThrow(DataError);
  });
});

test('an array is unpacked when it is asked for: others may be damaged', async () => {
  const bytes = writeNpz(new Map(['x', 'y'].map((name) => [name, { data: Uint8Array.of(7, 8, 9), shape: [3] }])));
  bytes[bytes.lastIndexOf(9)] = 1;
  const npz = openNpz(bytes);
  expect(npz.names).toEqual(['x', 'y']);
  expect(await npz.read('x')).toEqual({ data: Uint8Array.of(7, 8, 9), shape: [3] });
  await expect(npz.read('y')).rejects.toThrow('array "y": zip entry "y.npy"');
  await expect(npz.read('z')).rejects.toThrow('there is no array "z"; wanted one of x, y');
});
