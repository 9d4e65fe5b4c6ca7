// Samples in a file, without what is to be learned of them: a CSV file of numbers, or an .npy array.

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Column, type Inputs, readCsv, readNpy } from '../src/data/index.ts';
import { UsageError } from './command.ts';

interface Samples {
  /** (count, size), row-major. */
  readonly inputs: Inputs;
  readonly count: number;
}

/**
 * @param size values of a sample
 * @param leftOut columns of a CSV file that hold what was learned
 * @throws UsageError where there is no such file, or its samples are of another size; DataError where it is damaged.
 */
export async function readSamplesFile(path: string, size: number, leftOut: readonly Column[] = []): Promise<Samples> {
  const bytes = await readFile(path).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new UsageError(`--samples '${path}' ${code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`}`);
  });
  const { data, shape } =
    extname(path) === '.npy' ? readNpy(bytes) : readCsv(bytes, { label: leftOut, values: leftOut.length > 1 });
  const [count] = shape;
  if (data.length !== count * size) {
    throw new UsageError(`--samples '${path}' has samples of ${shape.slice(1).join('x')}, wanted ${size} values each`);
  }
  return { inputs: data instanceof Uint8Array ? data : Float32Array.from(data), count };
}
