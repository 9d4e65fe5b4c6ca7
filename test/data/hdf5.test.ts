// HDF5 and SHD, from files that h5py and PyTables wrote.

import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DataError, openHdf5, readShd, toFrames } from '../../src/data/index.ts';
import { fromBase64 } from './base64.ts';
import { byH5py, byPyTables } from './shd-files.ts';

const [h5py, pyTables] = [byH5py, byPyTables].map((packed) => Uint8Array.from(gunzipSync(fromBase64(packed))));

describe('openHdf5', () => {
  const file = openHdf5(h5py);

  test('reads numbers in one piece, in chunks, of both byte orders', () => {
    expect(file.names).toContain('more/grid');
    const counted = Int32Array.from({ length: 35 }, (_, at) => at);
    expect(file.readNumbers('more/grid')).toEqual({ data: counted, shape: [5, 7] });
    expect(file.readNumbers('more/one')).toEqual({ data: Float64Array.of(2.5), shape: [] });
  });

  test.each([
    ['more/gird', 'HDF5 file holds extra/keys, extra/speaker, labels, more/empty'],
    ['more/packed', 'HDF5: more/packed is compressed; wanted it without'],
    ['more/empty', 'HDF5: more/empty was declared and not written'],
    ['extra/keys', 'HDF5: extra/keys holds elements of class 3 with 4 bytes; wanted integers or floats'],
    ['spikes/times', 'HDF5: spikes/times holds elements of class 9 with 16 bytes'],
  ])('what is not numbers is refused: %s', (name, message) => {
    expect(() => file.readNumbers(name)).toThrow(message);
    expect(() => file.readRows('labels')).toThrow('HDF5: labels holds no rows of different lengths');
  });

  test('other files are refused', () => {
    expect(() => openHdf5(new Uint8Array(100))).toThrow('not an HDF5 file: it has no signature');
    const newer = h5py.slice();
    newer[8] = 3;
    expect(() => openHdf5(newer)).toThrow('HDF5 file is of version 3 with addresses of 8 bytes; wanted 0 with 8');
    expect(() => openHdf5(h5py.subarray(0, 3000))).toThrow('the file is cut short');
  });
});

describe('readShd', () => {
  test.each([
    ['h5py', h5py, Int32Array.of(2, 0, 1)],
    ['PyTables', pyTables, undefined],
  ])('reads what %s wrote', (_, bytes, speakers) => {
    const shd = readShd(bytes);
    expect([shd.labels, shd.speakers]).toEqual([Int32Array.of(4, 11, 0), speakers]);
    expect(shd.events.map(({ times, units }) => [[...times], [...units]])).toEqual([
      [
        [0.25, 0.5, 0.75],
        [3, 699, 0],
      ],
      [[], []],
      [[0.125], [7]],
    ]);
    const frames = toFrames(shd.events[0], { steps: 2, duration: 1 });
    expect([frames.length, frames[3], frames[700 + 699], frames[700]]).toEqual([1400, 255, 255, 255]);
  });

  test('a file of another form is refused', () => {
    expect(() => readShd(new Uint8Array(9))).toThrow(DataError);
  });
});
