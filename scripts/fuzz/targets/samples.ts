// Samples of every kind of value, read and copied.

import { readSamples, type SampleInput } from '../../../src/learner/inputs.ts';
import { odd } from '../odd.ts';
import { oneOf, type Target } from '../target.ts';

const SHAPES = [[3], [2, 3, 1], [1], [2, 2], [1, 2, 3]];

export const samples: Target = {
  begin() {
    const out = new Float32Array(6);
    return (next) => {
      const [input, shape, element] = [odd(next), oneOf(next, SHAPES), oneOf(next, ['f32', 'f32', 'u8'] as const)];
      return () => {
        const read = readSamples(input as SampleInput, shape, element);
        for (let index = 0; index < read.count; index++) read.copy(index, out, 0);
      };
    };
  },
};
