// The values that distributions (parts/distribution.ts) make of a Philox block, in plain TypeScript, bit for bit.

import type { DistributionName } from '../parts/distribution.ts';
import { uniformFromWord, type Words4 } from '../parts/philox.ts';
import { log, sinCos2Pi } from './math.ts';

const { fround } = Math;

type Floats = Readonly<Record<string, number>>;

/** From what is passed by value to the value of an element, given the words of its block. */
export const distributionReferences: Record<
  DistributionName,
  (floats: Floats) => (words: Words4, element: number) => number
> = {
  uniform({ low, high }) {
    const range = fround(fround(high) - fround(low));
    return (words, element) => fround(low + fround(range * uniformFromWord(words[element & 3])));
  },
  normal:
    ({ scale }) =>
    (words, element) => {
      const [u, v] = [words[element & 2], words[(element & 2) + 1]].map(uniformFromWord);
      const radius = fround(scale * fround(Math.sqrt(fround(-2 * log(fround(1 - u))))));
      const { sin, cos } = sinCos2Pi(v);
      return fround(radius * (element & 1 ? sin : cos));
    },
  signs:
    ({ scale }) =>
    (words, element) =>
      words[element & 3] >>> 31 ? -scale : scale,
};
