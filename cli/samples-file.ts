// Samples in a file, without what is to be learned of them: a CSV file of numbers, or an .npy array.

import {
  type CsvLayout,
  type CsvOptions,
  gunzip,
  type Inputs,
  type NDArray,
  readCsv,
  readNpy,
} from '../src/data/index.ts';
import { isGzip } from '../src/data/formats/decompress.ts';
import { isNpy } from '../src/data/formats/npy.ts';
import { isZip } from '../src/data/formats/zip.ts';
import { chooseCsv, csvNames, type CsvValues, inOptions } from './choose-file.ts';
import { UsageError } from './command.ts';
import { readInput } from './read-input.ts';

interface Samples {
  /** (count, size), row-major. */
  readonly inputs: Inputs;
  readonly count: number;
}

/** What is said of the file; `label` names columns that hold what was learned. */
interface SamplesValues extends CsvValues {
  readonly label?: readonly string[];
}

/**
 * @param size values of a sample
 * @throws UsageError where there is no such file, or its samples are of another size; DataError where it is damaged.
 */
export async function readSamplesFile(
  path: string,
  size: number,
  values: SamplesValues = {},
  layout?: CsvLayout,
): Promise<Samples> {
  const { data, shape } = await readSamples(path, values, layout);
  const [count] = shape;
  if (count === 0) throw new UsageError(`--samples '${path}' holds no samples`);
  if (data.length !== count * size) {
    throw new UsageError(`--samples '${path}' has samples of ${shape.slice(1).join('x')}, wanted ${size} values each`);
  }
  return { inputs: data instanceof Uint8Array ? data : Float32Array.from(data), count };
}

async function readSamples(path: string, values: SamplesValues, layout?: CsvLayout): Promise<NDArray> {
  const packed = await readInput('samples', path);
  try {
    const bytes = isGzip(packed) ? await gunzip(packed) : packed;
    if (isZip(bytes))
      throw new UsageError(`--samples '${path}' is an archive, wanted one array as .npy, or a CSV file`);
    if (!isNpy(bytes)) return readCsv(bytes, samplesCsv(values, layout));
    const told = (['label', ...csvNames] as const).find((option) => values[option] !== undefined);
    if (told === undefined) return readNpy(bytes);
    throw new UsageError(`--samples '${path}' takes no --${told}, which is of a CSV file`);
  } catch (error) {
    throw inOptions(error, `--samples '${path}': `);
  }
}

/** Each row is answered for itself, by the words and the means of what was learned from. */
function samplesCsv({ label = [], ...values }: SamplesValues, like?: CsvLayout): CsvOptions {
  const csv = chooseCsv(values);
  const hasMeans = like?.inputs.some(({ fill }) => fill !== undefined) === true;
  if (csv.missing === 'drop' || csv.missing === 'mean') {
    throw new UsageError(`--missing is '${csv.missing}', wanted a number, or what the checkpoint knows`);
  }
  const others = { ...csv, drop: [...(csv.drop ?? []), ...label] };
  if (like === undefined) return { ...others, oneHot: 0 };
  return { ...(hasMeans && { missing: 'mean' }), ...others, label: [], like };
}
