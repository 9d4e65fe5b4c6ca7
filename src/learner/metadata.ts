// What callers keep with a checkpoint: JSON under names of their own. The library writes it and gives it back.

import { expectOptions, expectThat } from '../options.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Metadata = Readonly<Record<string, Json>>;

export interface SaveOptions {
  /** Kept with what was learned; `inspectCheckpoint` gives it back. */
  readonly metadata?: Metadata;
}

/** @throws ConfigurationError naming the value that would not come back as it is. */
export function expectSaveOptions(options: SaveOptions): void {
  expectOptions('save', options, ['metadata']);
  const { metadata = {} } = options;
  expectThat(!Array.isArray(metadata) && Object(metadata) === metadata, 'metadata', metadata, 'an object');
  expectJson('metadata', metadata, []);
}

function expectJson(at: string, value: unknown, within: readonly unknown[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  const isPlain = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
  expectThat(isPlain && !within.includes(value), at, value, 'JSON');
  for (const [key, inner] of Object.entries(value as object)) expectJson(`${at}.${key}`, inner, [...within, value]);
}
