// Reference execution of a learner, for debugging: every phase runs call by call on the kernels' plain references, over
// the same memory and to the same bits as compiled, some hundred times slower. It can keep values that the plan would
// overwrite, name the call that made the first NaN, and stop before any call.

import { byteLength, type Buffer } from '../../runtime/program/buffer.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import { contents, interpret, type InterpretOptions } from '../../runtime/program/interpret.ts';
import { layouts } from '../../runtime/program/layout.ts';
import { usesOf } from '../../runtime/program/op.ts';
import { referenceOf } from '../../runtime/simd/references.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import type { Recorded } from './record.ts';
import { ConfigurationError } from '../errors.ts';
import type { Execution } from './execution.ts';

export interface ReferenceOptions extends Pick<InterpretOptions, 'before' | 'refuseNaN'> {
  /** Names of buffers whose values are kept whenever a call has written them: `dense_1/output`. */
  readonly keep?: readonly string[];
}

export interface KeptValue {
  /** With the counts of that moment: samples in the batch, classes. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

export interface ReferenceExecution extends Execution {
  /** The last values of the kept buffers, by name. */
  readonly kept: ReadonlyMap<string, KeptValue>;
}

/** Buffers of one name in several phases are told apart by a number behind it. */
const plainName = ({ name }: Buffer): string => name.replace(/#\d+$/, '');

/**
 * An `execution` for `createLearner`.
 * @throws ConfigurationError (when the learner is created) for a buffer to keep that there is not; NotANumberError
 *   (from a step, with `refuseNaN`) naming the kernel, the layer and the line of the rule.
 */
export function referenceExecution({ keep = [], before, refuseNaN }: ReferenceOptions = {}): ReferenceExecution {
  const kept = new Map<string, KeptValue>();
  return {
    kept,
    begin(recorded, memory) {
      const { program, plan } = recorded;
      const names = [...new Set(program.buffers.map(plainName))];
      const unknown = keep.find((name) => !names.includes(name));
      if (unknown !== undefined) throw new ConfigurationError(`no buffer '${unknown}' to keep: ${names.join(', ')}`);
      const options: InterpretOptions = {
        referenceOf,
        before,
        refuseNaN,
        after(call) {
          for (const { buffer, writes } of usesOf(call)) {
            const name = plainName(buffer);
            if (writes && keep.includes(name)) kept.set(name, present(recorded, memory, buffer));
          }
        },
      };
      return Object.fromEntries(
        [...program.phases].map(([name, steps]) => [name, () => interpret(program, plan, memory, steps, options)]),
      );
    },
  };
}

function present({ program, plan }: Recorded, memory: ArrayBuffer, buffer: Buffer): KeptValue {
  const lengthOf = ({ count, scale, offset }: Dim): number =>
    offset + (count === null ? 0 : scale * contents(plan, memory, program.counts.get(count.name)!.buffer, 1)[0]);
  const shape = buffer.shape.map(lengthOf);
  const elements = contents(plan, memory, buffer, byteLength(buffer) / bytesPerElement(buffer.element));
  return { shape, values: Float32Array.from(layouts[buffer.layout].decode(elements, shape)) };
}
