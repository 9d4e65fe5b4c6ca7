// Another compilation of the same network and rule goes on with what was learned.

import type { CompiledLearner } from '../compile/compiled.ts';
import { CapacityError } from '../errors.ts';
import { Engine, type EngineOptions } from './engine.ts';
import type { Trainer } from './trainer.ts';

/** @throws CapacityError where there are more classes by now than it has room for; BusyError during a `fit`. */
export function adopt(trainer: Trainer, compiled: CompiledLearner, options: EngineOptions = {}): Promise<void> {
  return trainer.exclusively('resize', async () => {
    const { engine: old, names } = trainer;
    const next = await Engine.start(compiled, { seed: old.seed, ...options });
    const { count, capacity } = compiled.task;
    if (names.length > capacity) throw new CapacityError(`there are ${names.length} classes by now`);
    takeOver(next, old);
    if (count !== null) next.setCount(count, names.length);
    trainer.engine = next;
  });
}

/** Moves in what was learned, and what was provided. */
function takeOver(next: Engine, old: Engine): void {
  const kept = [...old.saved, ...old.cached];
  for (const buffer of [...next.saved, ...next.cached]) {
    const source = kept.find(({ name }) => name === buffer.name);
    if (source !== undefined) next.write(buffer, old.read(source), source.shape);
  }
  for (const name of old.filled) next.filled.add(name);
  next.fixedRate = old.fixedRate;
}
