// Results do not depend on what memory held before, not even in rows and class slots that are not in use yet.

import { byteLength, type Buffer } from '../../../runtime/program/buffer.ts';
import { addressOf } from '../../../runtime/program/plan.ts';
import { batchFor, differences, tenLosses, type Check } from '../check.ts';
import { FILLS, host } from '../host.ts';

export const fresh: Check = {
  name: 'learns the same whatever was in memory',
  async run(subject) {
    const samples = subject.batchSize - 1;
    const [first, second] = FILLS.map((fill) => {
      const hosted = host(subject, 'simd128', { fill });
      tenLosses(hosted, (step) => batchFor(subject, step, { samples }), subject.outputs);
      return hosted;
    });
    const lasting = first.program.buffers.filter(
      (buffer) => buffer.life === 'persistent' && first.plan.addresses.has(buffer),
    );
    return lasting.flatMap((buffer: Buffer) => {
      const start = addressOf(first.plan, buffer);
      const [one, other] = [first, second].map(({ bytes }) => bytes.subarray(start, start + byteLength(buffer)));
      return differences(`the bytes of '${buffer.name}'`, one, other);
    });
  },
};
