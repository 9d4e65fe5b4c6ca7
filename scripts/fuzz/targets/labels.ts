// Labels of every kind of value.

import { readLabels, type LabelInput } from '../../../src/tasks/host/labels.ts';
import { odd } from '../odd.ts';
import { oneOf, type Target } from '../target.ts';

const NAMES = [['ant', 'bee', 'cat'], ['0', '1'], []];

export const labels: Target = {
  begin: () => (next) => {
    const [input, names] = [odd(next), oneOf(next, NAMES)];
    return () => readLabels(input as LabelInput, names);
  },
};
