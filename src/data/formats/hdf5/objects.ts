// What an HDF5 file is made of: objects, each a header of messages, and groups, trees that name them.
//
// Source: HDF5 File Format Specification 3.0, III.A.1 (B-trees), III.B to III.D (groups and heaps), IV.A (headers).

import { DataError, listed } from '../../errors.ts';
import type { Bytes } from './bytes.ts';

/** The messages of an object, one of each kind. */
export type Messages = ReadonlyMap<number, Bytes>;

export const MESSAGE = {
  dataspace: 1,
  datatype: 3,
  layout: 8,
  filters: 11,
  continuation: 16,
  symbolTable: 17,
} as const;

const HEADER_BYTES = 16;
const MESSAGE_HEADER = 8;
const SHARED = 2;
const TREE_HEADER = 24;
const SYMBOL_BYTES = 40;

/** @throws DataError for a header of the newer form */
function readMessages(file: Bytes, address: number): Messages {
  const version = file.u8(address);
  if (version !== 1) {
    throw new DataError(
      `HDF5 object at byte ${address} is of another form than 1; wanted a file without libver='latest'`,
    );
  }
  const messages = new Map<number, Bytes>();
  const blocks = [file.part(address + HEADER_BYTES, file.u32(address + 8))];
  let left = file.u16(address + 2);
  for (const block of blocks) {
    for (let at = 0; at + MESSAGE_HEADER <= block.length && left > 0; left--) {
      const [kind, size] = [block.u16(at), block.u16(at + 2)];
      const content = block.part(at + MESSAGE_HEADER, size);
      if (kind === MESSAGE.continuation) blocks.push(file.part(content.u64(0), content.u64(8)));
      else if (block.u8(at + 4) & SHARED)
        throw new DataError(`HDF5 object at byte ${address} shares its type; wanted its own`);
      else messages.set(kind, content);
      at += MESSAGE_HEADER + size;
    }
  }
  return messages;
}

/** The objects below a group that are no groups, by path. @throws DataError for what leads in circles */
export function* objectsOf(
  file: Bytes,
  header: number,
  path = '',
  seen = new Set<number>(),
): Generator<[path: string, Messages], void> {
  expectNew(header, seen);
  const messages = readMessages(file, header);
  const table = messages.get(MESSAGE.symbolTable);
  if (!table) {
    yield [path, messages];
    return;
  }
  const heap = file.named('HEAP', table.u64(8), 32);
  const names = file.part(heap.u64(24), heap.u64(8));
  for (const { child } of leavesOf(file, table.u64(0), 8)) {
    const count = file.named('SNOD', child, 8).u16(6);
    for (let at = 0; at < count; at++) {
      const symbol = file.part(child + 8 + at * SYMBOL_BYTES, SYMBOL_BYTES);
      const name = textAt(names, symbol.u64(0));
      yield* objectsOf(file, symbol.u64(8), path && name ? `${path}/${name}` : name, seen);
    }
  }
}

/** One address is of one object. */
function expectNew(address: number, seen: Set<number>): void {
  if (seen.has(address)) throw new DataError(`HDF5: what lies at byte ${address} is named twice; wanted a tree`);
  seen.add(address);
}

function textAt(heap: Bytes, offset: number): string {
  const rest = heap.raw().subarray(offset);
  return new TextDecoder().decode(rest.subarray(0, Math.max(0, rest.indexOf(0))));
}

export interface Leaf {
  /** What the child is found by. */
  readonly key: Bytes;
  /** Its address. */
  readonly child: number;
}

/** The children of the lowest nodes of a tree. @throws DataError for what leads in circles */
export function* leavesOf(
  file: Bytes,
  address: number,
  keyBytes: number,
  seen = new Set<number>(),
): Generator<Leaf, void> {
  expectNew(address, seen);
  const node = file.named('TREE', address, TREE_HEADER);
  const [level, count] = [node.u8(5), node.u16(6)];
  for (let at = 0; at < count; at++) {
    const key = file.part(address + TREE_HEADER + at * (keyBytes + 8), keyBytes + 8);
    const child = key.u64(keyBytes);
    if (level === 0) yield { key, child };
    else yield* leavesOf(file, child, keyBytes, seen);
  }
}

const HEAP_OBJECT = 16;

/** The objects of a global heap, which rows of varying length lie in. */
export function readHeap(file: Bytes, address: number): ReadonlyMap<number, Bytes> {
  const size = file.named('GCOL', address, HEAP_OBJECT).u64(8);
  const heap = file.part(address, size);
  const objects = new Map<number, Bytes>();
  for (let at = HEAP_OBJECT; at + HEAP_OBJECT <= size; ) {
    const [index, length] = [heap.u16(at), heap.u64(at + 8)];
    if (index === 0) break;
    objects.set(index, heap.part(at + HEAP_OBJECT, length));
    at += HEAP_OBJECT + 8 * Math.ceil(length / 8);
  }
  return objects;
}

/** @throws DataError where the object has no such message */
export function messageOf(messages: Messages, kind: keyof typeof MESSAGE, name: string): Bytes {
  const message = messages.get(MESSAGE[kind]);
  if (message) return message;
  throw new DataError(
    `HDF5: ${name} has no ${kind}, only messages of kind ${listed([...messages.keys()].map(String))}`,
  );
}
