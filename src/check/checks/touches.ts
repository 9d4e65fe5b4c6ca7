// The plan is the memory: every byte of it is touched, and no other.

import { batchFor, type Check } from '../check.ts';
import { FILLS, host } from '../host.ts';

const WORD = 4;

export const touches: Check = {
  name: 'touches every byte of its plan and no other',
  async run(subject) {
    const count = subject.capacity;
    const batch = batchFor(subject, 0, { count });
    const runs = FILLS.map((fill) => {
      const hosted = host(subject, 'simd128', { fill });
      hosted.train(batch, count);
      hosted.logits(batch, count);
      hosted.evaluate(batch, count);
      return { fill, bytes: hosted.bytes, planned: hosted.plan.bytes };
    });
    const [{ bytes, planned }] = runs;
    // by words, as memory is counted: behind bytes the next floats begin at a whole one
    const isChanged = (at: number): boolean =>
      runs.some((run) => run.bytes.subarray(at & -WORD, (at & -WORD) + WORD).some((byte) => byte !== run.fill));
    const at = Array.from(bytes.keys());
    const untouched = at.slice(0, planned).filter((address) => !isChanged(address));
    const stray = at.slice(Math.ceil(planned / WORD) * WORD).filter(isChanged);
    return [
      ...(untouched.length > 0 ? [`${untouched.length} planned bytes are never touched, from ${untouched[0]} on`] : []),
      ...(stray.length > 0 ? [`${stray.length} bytes outside the plan are written, from ${stray[0]} on`] : []),
    ];
  },
};
