// Targets that are values, of every kind of value.

import { readValues } from '../../../src/tasks/host/values.ts';
import { odd } from '../odd.ts';
import { oneOf, type Target } from '../target.ts';

export const values: Target = {
  begin: () => (next) => {
    const [input, count] = [odd(next), oneOf(next, [1, 2, 3])];
    return () => readValues(input, { names: [], count });
  },
};
