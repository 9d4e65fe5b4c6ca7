// Sequences of every kind of value, read and copied.

import type { SampleInput } from '../../../src/learner/inputs.ts';
import { readSequences } from '../../../src/learner/sequences.ts';
import { odd } from '../odd.ts';
import { oneOf, type Target } from '../target.ts';

const SHAPES = [
  [5, 2],
  [4, 1],
  [3, 2, 1],
];

export const sequences: Target = {
  begin() {
    const out = new Float32Array(16);
    return (next) => {
      const [input, shape] = [odd(next), oneOf(next, SHAPES)];
      return () => {
        const read = readSequences(input as SampleInput, shape, 'f32');
        for (let index = 0; index < read.count; index++) {
          read.steps?.(index);
          read.copy(index, out, 0);
        }
      };
    };
  },
};
