// Leaves out what only `prepare` writes: a weight that a rule took as a template, the classifier of a rule with heads
// of its own. Such a buffer is in no plan, and the calls that would fill it are not run.

import type { Buffer } from './buffer.ts';
import { conditionOf, usesIn, usesOf, type Op } from './op.ts';
import type { Program } from './program.ts';

/** Removes from the phase `name` the calls whose results no other phase and no call behind them reads. */
export function prune(program: Program, name: string): void {
  const used = new Set<Buffer>();
  for (const [phase, ops] of program.phases) {
    if (phase === name) continue;
    for (const use of usesIn(ops)) used.add(use.buffer);
  }
  const keep = (ops: readonly Op[]): Op[] => {
    const kept: Op[] = [];
    for (const op of [...ops].reverse()) {
      if (op.kind === 'call') {
        const uses = usesOf(op);
        if (!uses.some(({ buffer, writes }) => writes && used.has(buffer))) continue;
        for (const { buffer, reads } of uses) if (reads) used.add(buffer);
        kept.push(op);
        continue;
      }
      const body = keep(op.body);
      if (body.length === 0) continue;
      if (op.kind === 'when') used.add(conditionOf(op).buffer);
      kept.push({ ...op, body });
    }
    return kept.reverse();
  };
  program.phases.set(name, keep(program.phases.get(name) ?? []));
}
