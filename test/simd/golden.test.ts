// One small kernel instruction by instruction: what the emitter makes of `k.sum`, with and without vectors.

import { expect, test } from 'vitest';
import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { kernelText } from './text.ts';

test.each(['none', 'simd128'] as const)('f32_mean as %s is what golden/ holds', async (features) => {
  await expect(await kernelText(f32_mean, features)).toMatchFileSnapshot(`golden/f32-mean.${features}.wat`);
});
