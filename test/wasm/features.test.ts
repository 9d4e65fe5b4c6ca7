// Where there is no WebAssembly, or none for this page, the error says so by name.

import { afterEach, expect, test, vi } from 'vitest';
import { chooseFeatures, supports, UnsupportedFeatureError } from '../../runtime/wasm/features.ts';
import { allocate, instantiate } from '../../runtime/wasm/instantiate.ts';
import { createLearner, dense, sequential, tpsgd } from '../../src/index.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('an engine without WebAssembly supports nothing, and is told by name', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  expect(supports('none')).toBe(false);
  expect(() => chooseFeatures()).toThrow(UnsupportedFeatureError);
  const learner = createLearner({ network: sequential([2], [dense(2)]), rule: tpsgd() });
  await expect(learner).rejects.toThrow('this engine has no WebAssembly');
});

test('an engine without vectors is asked for no more than it has', () => {
  vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => (bytes as Uint8Array).length < 30);
  expect(chooseFeatures()).toBe('none');
  expect(() => chooseFeatures('simd128')).toThrow("does not run WebAssembly 'simd128'; it runs 'none'");
});

test('a valid module that may not be compiled names the policy', async () => {
  const cause = new WebAssembly.CompileError('Refused to compile');
  vi.spyOn(WebAssembly, 'instantiate').mockRejectedValue(cause);
  const refused = instantiate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), allocate(1));
  await expect(refused).rejects.toThrow(UnsupportedFeatureError);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("'wasm-unsafe-eval'"), cause });
});

test('a broken module is told as the engine tells it', async () => {
  await expect(instantiate(Uint8Array.of(1, 2, 3), allocate(1))).rejects.toThrow(WebAssembly.CompileError);
});
