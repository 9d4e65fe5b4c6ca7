// HDF5 files, of which everything is read.

import { gunzipSync } from 'node:zlib';
import { DataError, openHdf5 } from '../../../src/data/index.ts';
import { fromBase64 } from '../../../test/data/base64.ts';
import { byH5py, byPyTables } from '../../../test/data/shd-files.ts';
import { damaged } from '../damage.ts';
import type { Target } from '../target.ts';

const files = [byH5py, byPyTables].map((packed) => Uint8Array.from(gunzipSync(fromBase64(packed))));

function readAll(bytes: Uint8Array): void {
  const file = openHdf5(bytes);
  for (const name of file.names) {
    for (const read of [file.readNumbers, file.readRows]) {
      try {
        read(name);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }
  }
}

export const hdf5: Target = {
  isSlow: true,
  begin: () => (next) => {
    const bytes = damaged(files, next);
    return () => readAll(bytes);
  },
};
