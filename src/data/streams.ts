// Samples that arrive one by one: collected into a data set, or handed on in batches. Nothing is shuffled here.

import type { Batch, LabelledSet } from './dataset.ts';
import { assertFinite, createDataset, encodeLabels, numberedClasses } from './dataset.ts';
import { ConfigurationError } from '../errors.ts';
import { expectOptions, expectThat, integer, readOptions } from '../options.ts';
import { expectList, list } from './expect.ts';
import { DataError } from './errors.ts';
import { Float32List } from './formats/growing.ts';
import { elementCount } from './formats/ndarray.ts';

export interface Sample {
  /** Values of one sample, row-major. */
  readonly x: ArrayLike<number>;
  /** Its class, by index or by name. */
  readonly y: number | string;
}

export type Samples = AsyncIterable<Sample> | Iterable<Sample>;

export interface CollectOptions {
  /** Shape of one sample. */
  readonly inputShape: number[];
  /** The classes; unless told, the sorted names that occur, or '0', '1', ... up to the largest index. */
  readonly classNames?: string[];
  readonly name?: string;
  /** Stops after so many samples. */
  readonly limit?: number;
}

/**
 * Collects samples until they end or `limit` is reached.
 *
 * @throws DataError naming the row for a sample of another length, a value that is not finite, an unknown class, and
 *   where some classes are named and some are numbered
 */
export async function fromAsyncIterable(samples: Samples, options: CollectOptions): Promise<LabelledSet> {
  expectOptions('fromAsyncIterable', options, ['inputShape', 'classNames', 'name', 'limit']);
  const { inputShape, name = 'samples', limit = Infinity } = options;
  expectSamples('fromAsyncIterable', samples, inputShape);
  const rowLength = elementCount(inputShape);
  const values = new Float32List();
  const classes: (number | string)[] = [];
  if (limit > 0) {
    for await (const { x, y } of samples) {
      assertSample(x, rowLength, classes.length);
      for (let i = 0; i < rowLength; i++) values.push(x[i]);
      if (classes.push(y) >= limit) break;
    }
  }
  return createDataset({ name, inputs: values.toArray(), inputShape, ...toLabels(classes, options.classNames) });
}

function toLabels(
  classes: readonly (number | string)[],
  classNames?: string[],
): Pick<LabelledSet, 'labels' | 'classNames'> {
  const names = classes.filter(isName);
  if (names.length > 0 && names.length === classes.length) return encodeLabels(names, classNames);
  const numbers = classes.map(Number);
  const numbered = numberedClasses(numbers);
  return { labels: Int32Array.from(numbers), classNames: classNames ?? numbered };
}

const isName = (value: number | string): value is string => typeof value === 'string';

export interface BatchStreamOptions {
  readonly inputShape: number[];
  readonly classNames: string[];
  readonly batchSize: number;
}

/**
 * Hands samples on in batches; the last one may be smaller. All share two buffers: a batch is valid until the next one
 * is asked for.
 *
 * @throws DataError as `fromAsyncIterable`
 */
export async function* batchStream(samples: Samples, options: BatchStreamOptions): AsyncGenerator<Batch, void> {
  const { inputShape, classNames, batchSize } = readOptions('batchStream', options, ConfigurationError, {
    inputShape: [list],
    classNames: [list],
    batchSize: [integer(1)],
  });
  expectSamples('batchStream', samples, inputShape);
  const rowLength = elementCount(inputShape);
  const x = new Float32Array(batchSize * rowLength);
  const y = new Int32Array(batchSize);
  let row = 0;
  let count = 0;
  for await (const sample of samples) {
    assertSample(sample.x, rowLength, row);
    x.set(sample.x, count * rowLength);
    y[count] = classIndex(sample.y, row, classNames);
    row++;
    count++;
    if (count < batchSize) continue;
    yield { x, y, count };
    count = 0;
  }
  if (count > 0) yield { x: x.subarray(0, count * rowLength), y: y.subarray(0, count), count };
}

function classIndex(value: number | string, row: number, classNames: readonly string[]): number {
  const index = isName(value) ? classNames.indexOf(value) : value;
  if (Number.isInteger(index) && index >= 0 && index < classNames.length) return index;
  const wanted = `one of ${classNames.join(', ')} or an index below ${classNames.length}`;
  throw new DataError(`label of row ${row} is ${JSON.stringify(value)}; wanted ${wanted}`);
}

function expectSamples(of: string, samples: Samples, inputShape: number[]): void {
  const holds = Symbol.iterator in Object(samples) || Symbol.asyncIterator in Object(samples);
  expectThat(holds, `${of}: samples`, samples, 'an iterable of { x, y }', DataError);
  expectList(`${of}: inputShape`, inputShape);
}

function assertSample(x: ArrayLike<number>, rowLength: number, row: number): void {
  if (x.length !== rowLength) throw new DataError(`row ${row} has ${x.length} values; wanted ${rowLength}`);
  assertFinite(x, rowLength, row);
}
