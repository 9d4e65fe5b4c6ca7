// Refuses a recorded program in which a phase reads what nothing wrote: bytes of another buffer, or of a fresh memory.
//
// Before a phase runs, ports that the host fills hold something; so does what lasts, if it has `initial` values, is
// `state` (zeros at first), or is written whole by another phase (`prepare` mostly). All else must be written in the
// phase before it is read. What is read and written by the same call (a sum, an update) was read first.

import type { Buffer } from './buffer.ts';
import { ProgramError } from './error.ts';
import { callsOf, usesOf, type Call } from './op.ts';
import type { Program } from './program.ts';

/** @throws ProgramError naming the buffer, the phase, and the line that recorded the reading call. */
export function expectWritten(program: Program): void {
  const phases = [...program.phases].map(([name, steps]) => ({ name, calls: callsOf(steps) }));
  const fills = new Map(phases.map(({ name, calls }) => [name, new Set(calls.flatMap(filledBy))]));
  for (const { name, calls } of phases) {
    const others = [...fills].flatMap(([phase, filled]) => (phase === name ? [] : [...filled]));
    const held = new Set(others.filter(({ life }) => life !== 'transient'));
    for (const call of calls) {
      for (const { buffer, reads } of usesOf(call)) {
        if (!reads || held.has(buffer) || isHeld(buffer)) continue;
        const wanted = buffer.life === 'transient' ? `'${name}' writes it` : `'prepare' writes it`;
        const what = `'${buffer.name}' is read by ${call.kernel.name} of '${name}' before ${wanted}`;
        throw new ProgramError(what, call.site);
      }
      for (const { buffer, writes } of usesOf(call)) if (writes) held.add(buffer);
    }
  }
}

const isHeld = ({ port, initial, role, life }: Buffer): boolean =>
  port === 'before' || initial !== null || (role === 'state' && life !== 'transient');

const filledBy = (call: Call): Buffer[] =>
  usesOf(call).flatMap(({ buffer, reads, writes }) => (writes && !reads ? [buffer] : []));
