// Classes that come and go while a learner learns: what it has for each stands in the columns that count classes.

import { elementsOf } from '../../runtime/program/layout.ts';
import { CapacityError, ConfigurationError } from '../errors.ts';
import type { BufferInfo } from '../compile/compiled.ts';
import { described } from '../options.ts';
import { expectNames } from '../tasks/parts/names.ts';
import type { Engine, Words } from './engine.ts';
import type { Trainer } from './trainer.ts';

/** @throws ConfigurationError, in one line, for a learner of another task. */
export function expectClasses({ compiled }: Trainer, what: string): string {
  const { kind, count } = compiled.task;
  if (count !== null) return count;
  const remedy = what === 'classify' ? ': use predict' : '';
  throw new ConfigurationError(`${what} is for classes, but what is learned here is ${kind}${remedy}`);
}

/**
 * Makes room for one more class; the outputs of the others do not change. Gives its index.
 * @throws CapacityError, ConfigurationError.
 */
export function addClass(trainer: Trainer, name: string): number {
  const count = expectClasses(trainer, 'addClass');
  const { names, compiled, engine } = trainer;
  const { capacity } = compiled.task;
  if (names.includes(name)) throw new ConfigurationError(`there is a class '${name}' already`);
  expectNames('class', [name]);
  if (names.length === capacity) {
    throw new CapacityError(
      `there is room for ${capacity} classes, and all are taken: resize({ classes: ${capacity * 2} }) makes room`,
    );
  }
  trainer.names = [...names, name];
  engine.setCount(count, trainer.names.length);
  return names.length;
}

/**
 * Forgets a class; those behind it move up by one, and the place that falls free begins with its first values. The
 * logits of the others do not change. (Under rules with a fixed random target for each class, as tpSGD, those that
 * moved have another target from then on: hidden layers turn toward it as learning goes on.)
 * @throws ConfigurationError for a name there is not.
 */
export function removeClass(trainer: Trainer, name: string): void {
  const count = expectClasses(trainer, 'removeClass');
  const { names, engine } = trainer;
  const index = names.indexOf(name);
  if (index < 0)
    throw new ConfigurationError(`there is no class ${described(name)}; there are ${names.join(', ') || 'none'}`);
  trainer.replay?.removeClass(index);
  const counting = engine.saved.filter(({ classAxis }) => classAxis >= 0);
  const kept = counting.map((buffer) => engine.read(buffer));
  const fresh = firstValues(engine, counting);
  counting.forEach((buffer, at) => {
    closeUp(kept[at], fresh[at], buffer, index, names.length);
    engine.write(buffer, kept[at], buffer.shape);
  });
  trainer.names = names.filter((other) => other !== name);
  engine.setCount(count, trainer.names.length);
}

/** What stood in these buffers before anything was learned; all that was learned is there again afterwards. */
function firstValues(engine: Engine, buffers: readonly BufferInfo[]): Words[] {
  const { saved } = engine;
  const kept = saved.map((buffer) => engine.read(buffer));
  engine.reset(engine.seed);
  const values = buffers.map((buffer) => engine.read(buffer));
  saved.forEach((buffer, at) => engine.write(buffer, kept[at], buffer.shape));
  return values;
}

/** Moves the entries behind `index` up by one along the class axis; the last of `count` becomes the first value. */
function closeUp(words: Words, fresh: Words, { shape, classAxis }: BufferInfo, index: number, count: number): void {
  const [outer, inner] = [elementsOf(shape.slice(0, classAxis)), elementsOf(shape.slice(classAxis + 1))];
  const classes = shape[classAxis];
  for (let row = 0; row < outer; row++) {
    const at = (entry: number): number => (row * classes + entry) * inner;
    words.copyWithin(at(index), at(index + 1), at(count));
    words.set(fresh.subarray(at(count - 1), at(count)), at(count - 1));
  }
}
