// The oldest WebAssembly that generated code runs on: version 1.0 and sign extension, and vectors where they were asked
// for. wabt reads the modules, with all that came later turned off.

import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { learnerOptions, networks as drawn } from '../../demos/draw/choices.ts';
import { link } from '../../runtime/program/link.ts';
import { emitKernel } from '../../runtime/simd/kernel.ts';
import { indexedKernels } from '../../runtime/simd/references.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { networks } from '../../src/check/networks.ts';
import { recordLearner } from '../../src/author.ts';
import type { LearnerOptions } from '../../src/index.ts';
import { tried } from '../forward-only/tried.ts';

const keys = <T extends object>(record: T): (keyof T)[] => Object.keys(record) as (keyof T)[];

const later = [
  'bulk_memory',
  'sat_float_to_int',
  'multi_value',
  'reference_types',
  'mutable_globals',
  'extended_const',
  'tail_call',
  'threads',
  'exceptions',
  'function_references',
  'gc',
  'memory64',
  'simd',
  'relaxed_simd',
] as const;
const allowed: Record<Features, readonly string[]> = { none: [], simd128: ['simd'], relaxed: ['simd', 'relaxed_simd'] };
const forms = keys(allowed);

const { parseWat, readWasm } = await wabt();

/** What wabt says against a module, or null. */
function complaint(module: Uint8Array, features: Features): string | null {
  const turned = Object.fromEntries(later.map((name) => [name, allowed[features].includes(name)]));
  try {
    const read = readWasm(module, { ...turned, sign_extension: true });
    read.validate();
    read.destroy();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const kernels = indexedKernels();

test.each(forms)('every kernel keeps to it as %s', (features) => {
  const complaints = kernels.map((kernel) => {
    const module = new ModuleBuilder();
    module.add({ ...emitKernel(kernel, features), exported: true });
    return [kernel.name, complaint(module.encode(1), features)];
  });
  expect(complaints).toEqual(kernels.map(({ name }) => [name, null]));
});

const taught = ['tpsgd', 'drtp', 'backprop'] as const;

/** Every rule, and every network. */
const { dense, ...others } = networks;
const learners: readonly (readonly [string, LearnerOptions])[] = [
  ...keys(drawn).flatMap((network) =>
    taught.map((rule) => {
      const options = learnerOptions({ rule, network, storage: 'f32' });
      return [`the demo's ${network} network by ${rule}`, options] as const;
    }),
  ),
  ...keys(tried).map((rule) => [`a dense network by ${rule}`, { network: dense, rule: tried[rule]() }] as const),
  ...Object.entries(others).map(
    ([name, network]) => [`a ${name} network by backprop`, { network, rule: tried.backprop() }] as const,
  ),
];

test.each(learners)('%s keeps to it in every form', (_, options) => {
  const { program, plan } = recordLearner(options);
  const modules = forms.map((features) => [features, link(program, plan, { features })] as const);
  expect(modules.map(([features, bytes]) => complaint(bytes, features))).toEqual(forms.map(() => null));

  // what wabt lets through: globals beyond the module
  const scalar = new WebAssembly.Module(modules[0][1]);
  expect(WebAssembly.Module.imports(scalar)).toEqual([{ module: 'onward', name: 'memory', kind: 'memory' }]);
  expect(new Set(WebAssembly.Module.exports(scalar).map(({ kind }) => kind))).toEqual(new Set(['function']));
});

describe('what is refused', () => {
  const two = 'i32.const 0 i32.const 0';
  const beyond: readonly (readonly [string, string, string])[] = [
    ['memory.fill', `(memory 1) (func ${two} i32.const 0 memory.fill)`, 'unexpected opcode: 0xfc 0xb'],
    ['memory.copy', `(memory 1) (func ${two} i32.const 0 memory.copy)`, 'unexpected opcode: 0xfc 0xa'],
    ['saturating conversion', '(func f32.const 0 i32.trunc_sat_f32_s drop)', 'unexpected opcode: 0xfc 0x0'],
    ['a vector', '(func i32.const 0 i32x4.splat drop)', 'unexpected opcode: 0xfd 0x11'],
    ['an atomic access', '(memory 1) (func i32.const 0 i32.atomic.load drop)', 'unexpected opcode: 0xfe 0x10'],
    ['a block with two results', `(func block (result i32 i32) ${two} end drop drop)`, 'block signature'],
    ['a reference', '(func (param externref))', 'valid param type'],
    ['a shared memory', '(memory 1 1 shared)', 'threads not allowed'],
  ];

  test.each(beyond)('%s', (_, text, message) => {
    const all = Object.fromEntries(later.map((name) => [name, true]));
    const { buffer } = parseWat('beyond.wat', `(module ${text})`, all).toBinary({});
    expect(complaint(buffer, 'none')).toContain(message);
  });

  test('a kernel with vectors where none were asked for', () => {
    const module = new ModuleBuilder();
    const product = kernels.find(({ name }) => name.startsWith('f32_matmul'))!;
    module.add({ ...emitKernel(product, 'simd128'), exported: true });
    expect(complaint(module.encode(1), 'none')).toMatch(/0xfd|local type/);
  });
});
