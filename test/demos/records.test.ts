// The drawing page's records: what is written is read, anything else is refused with the reason.

import { describe, expect, test } from 'vitest';
import {
  readCurves,
  readNotebook,
  readPlace,
  readProgress,
  RecordError,
  writeCurves,
  writeNotebook,
  writePlace,
  writeProgress,
  type KeptCurve,
  type Notebook,
  type Place,
  type Progress,
} from '../../demos/draw/records.ts';
import { keyOf } from '../../demos/draw/choices.ts';
import { keepDrawing, type Drawing } from '../../demos/draw/drawings.ts';
import { profiles } from '../../src/index.ts';

const picture = (ink: number): Uint8Array => new Uint8Array(784).fill(ink);

const place: Place = {
  choice: { rule: 'drtp', network: 'convolutional', storage: profiles.ecram },
  life: 3,
  former: null,
};
const notebook: Notebook = {
  names: ['star'],
  drawings: [
    { label: '7', taughtAt: 1, picture: picture(1) },
    { label: 'star', taughtAt: 2, picture: picture(2) },
  ],
  profiles: [profiles.ecram],
};
const curve: KeptCurve = { key: 'drtp dense int8', title: 'DRTP, int8', network: 'dense', hits: [3, 32] };
const progress: Progress = { checkpoint: picture(9), met: ['7', 'star'], hits: [3, 32, 0], taughtAt: 2 };

test('what is written is read', () => {
  expect(readPlace(writePlace(place))).toMatchObject(place);
  expect(readNotebook(writeNotebook(notebook))).toEqual(notebook);
  expect(readProgress(writeProgress(progress))).toMatchObject(progress);
  expect(readCurves(writeCurves([curve]))).toEqual([curve]);
});

test('what was kept before there were storages is of floats, without devices and curves', () => {
  const old = { rule: 'drtp', network: 'dense' };
  expect(readPlace(altered(writePlace(place), { choice: old })).choice).toEqual({ ...old, storage: 'f32' });
  expect(readNotebook(altered(writeNotebook(notebook), { profiles: undefined }))).toEqual({
    ...notebook,
    profiles: [],
  });
  expect(keyOf({ rule: 'drtp', network: 'dense', storage: 'f32' })).toBe('drtp dense');
});

/** A record with another header. */
function altered(packed: Uint8Array, change: object): Uint8Array {
  const end = 4 + new DataView(packed.buffer).getUint32(0, true);
  const header = { ...JSON.parse(new TextDecoder().decode(packed.subarray(4, end))), ...change };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const result = new Uint8Array([0, 0, 0, 0, ...text, ...packed.subarray(end)]);
  new DataView(result.buffer).setUint32(0, text.length, true);
  return result;
}

describe('refused', () => {
  test.each([
    ['no bytes', new Uint8Array(0)],
    ['three bytes', new Uint8Array(3)],
    ['no header', new Uint8Array(9)],
    ['a header longer than all', new Uint8Array(9).fill(255)],
    ['text', new TextEncoder().encode('\u0004\0\0\0true')],
  ])('%s', (_, packed) => {
    for (const read of [readPlace, readNotebook, readProgress]) {
      expect(() => read(packed)).toThrow(new RecordError('it has no header'));
    }
  });

  test('another version', () => {
    expect(() => readPlace(altered(writePlace(place), { version: 2 }))).toThrow(
      new RecordError('it has version 2, this page reads version 1'),
    );
  });

  test.each([
    { choice: { rule: 'none', network: 'dense' } },
    { choice: null },
    { choice: { rule: 'drtp' } },
    { choice: { rule: 'toString', network: 'dense' } },
    { choice: { rule: 'drtp', network: 'dense', storage: 'none' } },
    { choice: { rule: 'drtp', network: 'dense', storage: { name: 'none' } } },
    { choice: { rule: 'drtp', network: 'dense', storage: null } },
    { life: -1 },
    { life: '3' },
    { former: 0.5 },
  ])('a place with %j', (change) => {
    expect(() => readPlace(altered(writePlace(place), change))).toThrow(/makes no sense/);
  });

  test.each([
    { names: 'star' },
    { names: ['star', 'star'] },
    { names: ['7', 'star'] },
    { names: [''] },
    { names: ['moon'] },
    { names: ['star', 'a', 'b', 'c', 'd', 'e', 'f'] },
    { notes: [null, null] },
    { notes: [{ label: '7' }] },
    { profiles: [{ name: 'none' }] },
    { profiles: null },
  ])('a notebook with %j', (change) => {
    expect(() => readNotebook(altered(writeNotebook(notebook), change))).toThrow(/makes no sense/);
  });

  test('a notebook with too few pictures', () => {
    const packed = writeNotebook(notebook);
    expect(() => readNotebook(packed.subarray(0, packed.length - 1))).toThrow(/pictures do not fit/);
  });

  test.each([{ met: [7] }, { hits: [33] }, { hits: null }, { taughtAt: 'today' }])('progress with %j', (change) => {
    expect(() => readProgress(altered(writeProgress(progress), change))).toThrow(/makes no sense/);
  });
});

test.each([
  { curves: null },
  { curves: [null] },
  { curves: [{ ...curve, network: 'none' }] },
  { curves: [{ ...curve, hits: [33] }] },
])('curves with %j are refused', (change) => {
  expect(() => readCurves(altered(writeCurves([curve]), change))).toThrow(/makes no sense/);
});

describe('drawings', () => {
  test('have times that rise, and the latest eight of a class are kept', () => {
    let drawings: Drawing[] = [{ label: '1', picture: picture(0), taughtAt: Date.now() + 1e6 }];
    for (let ink = 1; ink <= 10; ink++) drawings = keepDrawing(drawings, { label: '7', picture: picture(ink) });
    expect(drawings.map(({ picture: [ink] }) => ink)).toEqual([0, 3, 4, 5, 6, 7, 8, 9, 10]);
    const times = drawings.map(({ taughtAt }) => taughtAt);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  test('named again are kept by their last name alone', () => {
    const [wrong, other] = [
      { label: '7', picture: picture(1), taughtAt: 1 },
      { label: '7', picture: picture(2), taughtAt: 2 },
    ];
    const drawings = keepDrawing([wrong, other], { label: '1', picture: picture(1) });
    expect(drawings.map(({ label, picture: [ink] }) => [label, ink])).toEqual([
      ['7', 2],
      ['1', 1],
    ]);
  });
});
