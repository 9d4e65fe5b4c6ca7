// What functions that are public take, where the types say it and a page in JavaScript does not hear them.

import { expectIs, type Kind } from '../options.ts';
import { DataError } from './errors.ts';

const hasLength = (value: unknown): boolean =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** An array, typed or not. */
export const list: Kind<unknown> = (value) => hasLength(value) || 'an array';

const bytes: Kind<unknown> = (value) => value instanceof Uint8Array || 'the bytes of a file, a Uint8Array';

const dataset: Kind<unknown> = (value) => {
  const { inputs, inputShape, count }: Record<string, unknown> = Object(value);
  return (hasLength(inputs) && Array.isArray(inputShape) && Number.isInteger(count)) || 'what createDataset gives';
};

const array: Kind<unknown> = (value) => {
  const { data, shape }: Record<string, unknown> = Object(value);
  return (hasLength(data) && Array.isArray(shape)) || 'an array { data, shape }';
};

/** @throws DataError unless it is the bytes of a file. */
export const expectBytes = (of: string, value: unknown): void => expectIs(`${of}: bytes`, value, bytes, DataError);

/** @throws DataError unless it is a data set. */
export const expectDataset = (of: string, value: unknown): void =>
  expectIs(`${of}: the data set`, value, dataset, DataError);

/** @throws DataError unless it is values with their shape. */
export const expectArray = (of: string, value: unknown): void => expectIs(`${of}: the array`, value, array, DataError);

/** @throws DataError unless it is an array, typed or not. */
export const expectList = (of: string, value: unknown): void => expectIs(of, value, list, DataError);
