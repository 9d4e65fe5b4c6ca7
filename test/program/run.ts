// Runs a recorded program in every form side by side.

import type { Buffer } from '../../runtime/program/buffer.ts';
import { callsOf, usesOf } from '../../runtime/program/op.ts';
import { plan } from '../../runtime/program/plan.ts';
import type { Program } from '../../runtime/program/program.ts';
import { compile, elements, interpretSame, type Run } from '../../runtime/program/run.ts';
import { describeDifference, identical } from '../simd/difference.ts';

export { compile, interpretSame, type Run };

/** Both, with and without SIMD; every call ends with the same bits in all that outlives it, or it throws. */
export function runEverywhere(program: Program): Run {
  const planned = plan(program);
  const reference = interpretSame(program, planned);
  const sets = ['none', 'simd128'] as const;
  const compiled = sets.map((features) => ({ features, run: compile(program, features, planned) }));
  const lasting = (phase: string): Buffer[] => {
    const used = new Set(
      callsOf(program.phases.get(phase) ?? [])
        .flatMap(usesOf)
        .map(({ buffer }) => buffer),
    );
    return program.buffers.filter(
      (buffer) =>
        planned.addresses.has(buffer) && (buffer.life !== 'transient' || (buffer.port === 'after' && used.has(buffer))),
    );
  };
  return {
    ...reference,
    call(phase) {
      reference.call(phase);
      for (const { features, run } of compiled) {
        run.call(phase);
        for (const buffer of lasting(phase)) {
          const valuesIn = (of: Run) => (buffer.port === null ? elements(buffer, of) : of.read(buffer.name));
          const difference = describeDifference(valuesIn(run), valuesIn(reference), identical);
          if (difference === null) continue;
          throw new Error(`${phase}, ${features}: ${buffer.name}${difference} of the reference`);
        }
      }
    },
    write(name, values) {
      for (const { write } of [reference, ...compiled.map(({ run }) => run)]) write(name, values);
    },
  };
}
