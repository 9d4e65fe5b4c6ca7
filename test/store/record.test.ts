// The head of a record: whole or nothing.

import { expect, test } from 'vitest';
import { openStore, StorageUnavailableError } from '../../src/store/index.ts';
import { fits, readHead, sealOf, writeHead } from '../../src/store/record.ts';

const bytes = Uint8Array.from({ length: 300 }, (_, index) => index * 7);
const written = { sequence: 0xfedcba98, ...sealOf(bytes) };

test('a head gives back what was written', () => {
  expect(readHead(writeHead(written))).toEqual(written);
});

test('no bit of a head can change unnoticed', () => {
  const head = writeHead(written);
  for (let bit = 0; bit < head.length * 8; bit++) {
    const damaged = head.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    expect(readHead(damaged), `bit ${bit}`).toBeNull();
  }
});

test.each([
  ['nothing', undefined],
  ['an empty one', new Uint8Array(0)],
  ['one cut short', writeHead(written).slice(0, 19)],
  ['a longer one', new Uint8Array(21)],
  ['text', 'ONWS'],
  ['another array', new Uint32Array(20)],
])('%s is no head', (_, stored) => {
  expect(readHead(stored)).toBeNull();
});

test('bytes fit the head they were sealed for, and no others do', () => {
  expect(fits(written, bytes)).toBe(true);
  expect(fits(written, bytes.slice(1))).toBe(false);
  expect(
    fits(
      written,
      bytes.map((byte, index) => (index === 299 ? byte ^ 1 : byte)),
    ),
  ).toBe(false);
  expect(fits(written, undefined)).toBe(false);
});

test('without IndexedDB there is no store, and it says so', async () => {
  const failure = await openStore('draw').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StorageUnavailableError);
  expect(failure).toHaveProperty('message', "the store 'draw' could not be opened: there is no IndexedDB here");
});
