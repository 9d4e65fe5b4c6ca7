// The index of kernels against the folder: one line for every file there, and for nothing else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as index from '../../runtime/simd/index.ts';

const folder = join(import.meta.dirname, '../../runtime/simd');
const files = readdirSync(join(folder, 'kernels')).sort();
const nameOf = (file: string): string => file.replace(/\.ts$/, '').replaceAll('-', '_');

test('every file in runtime/simd/kernels is in the index, and nothing else is', () => {
  expect(Object.keys(index).sort()).toEqual(files.map(nameOf).sort());
  const text = readFileSync(join(folder, 'index.ts'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('//'));
  expect([...lines].sort()).toEqual(
    files.map((file) => `export * as ${nameOf(file)} from './kernels/${file}';`).sort(),
  );
});

test.each(Object.entries(index) as [string, Readonly<Record<string, unknown>>][])(
  '%s holds the kernel, or the family, of its name, and its reference',
  (name, module) => {
    const listed = module[name] as { readonly name: string; readonly familyName?: string };
    expect(listed.familyName ?? listed.name).toBe(name);
    expect(module.reference).toBeTypeOf('function');
    expect(typeof listed === 'function').toBe('variants' in module);
    expect(name).toMatch(/^([a-z][0-9]+|int)_[a-z0-9]+(_[a-z0-9]+)*$/);
  },
);
