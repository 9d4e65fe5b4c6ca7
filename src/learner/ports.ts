// What reaches a phase through its ports: a batch, what was provided to keep, the numbers of an action.

import { elementsOf } from '../../runtime/program/layout.ts';
import type { RunInfo } from '../compile/compiled.ts';
import { ConfigurationError, InputError } from '../errors.ts';
import type { Engine } from './engine.ts';
import type { Batch } from './trainable.ts';

/** Fills the ports that a phase reads with `count` rows of a batch from `first` on, and runs it. */
export function runOn(
  engine: Engine,
  { samples, labels, rows, ids = rows }: Partial<Batch> & Pick<Batch, 'samples' | 'rows'>,
  phase: string,
  first = 0,
  count = rows.length,
): void {
  engine.setCount('batch', count);
  for (const name of engine.compiled.phases[phase].reads) {
    const port = engine.port(name);
    if (name === 'input') {
      const size = port.length / engine.compiled.microBatch;
      for (let row = 0; row < count; row++) samples.copy(rows[first + row], port as Float32Array, row * size);
    } else if (name === 'target' && labels !== undefined) {
      for (let row = 0; row < count; row++) port[row] = labels[rows[first + row]];
    } else if (name === 'rows') {
      for (let row = 0; row < count; row++) port[row] = ids[first + row];
    }
  }
  runPhase(engine, phase);
}

/** Runs what needs no batch: phases, and counts that are raised between them. */
export function runAll(engine: Engine, run: RunInfo): void {
  for (const part of run) {
    if (typeof part === 'string') runPhase(engine, part);
    else engine.raise(part.raise);
  }
}

function runPhase(engine: Engine, phase: string): void {
  const { phases, ports } = engine.compiled;
  const { reads, makes } = phases[phase].cached;
  for (const name of reads) {
    if (engine.filled.has(name)) continue;
    const remedy = name in ports ? 'provide() fills it' : 'a stage of fit() makes it when it begins';
    throw new InputError(`'${phase}' reads '${name}', which is empty: ${remedy}`);
  }
  engine.run(phase);
  for (const name of makes) engine.filled.add(name);
}

/** @throws InputError for a name there is not, or another number of values; then nothing is changed. */
export function provide(engine: Engine, name: string, values: ArrayLike<number>): void {
  const ports = engine.cached.filter((buffer) => buffer.name in engine.compiled.ports);
  const port = ports.find((buffer) => buffer.name === name);
  if (port === undefined) {
    const known = ports.map((buffer) => buffer.name).join(', ') || 'none';
    throw new InputError(`the rule '${engine.compiled.rule.name}' is provided with no '${name}'; it takes ${known}`);
  }
  const wanted = elementsOf(port.shape);
  if (values.length !== wanted) {
    throw new InputError(`'${name}' came as ${values.length} values, wanted [${port.shape.join(', ')}]`);
  }
  engine.encode(port, values);
  engine.filled.add(name);
}

/** @throws ConfigurationError for an action the rule does not have, or a number that a row lacks. */
export function act(engine: Engine, name: string, rows: readonly Readonly<Record<string, number>>[]): void {
  const { actions, rule } = engine.compiled;
  const action = actions[name];
  if (action === undefined) {
    const known = Object.keys(actions).join(', ') || 'none';
    throw new ConfigurationError(`the rule '${rule.name}' has no action '${name}'; it has ${known}`);
  }
  rows.forEach((row, index) => {
    const missing = action.takes.find((key) => row[key] === undefined);
    if (missing !== undefined) throw new ConfigurationError(`row ${index} of '${name}' has no '${missing}'`);
  });
  const step = engine.step;
  for (const row of rows) {
    for (const key of action.takes) {
      if (key === 'step') engine.step = row[key];
      else if (key === 'learningRate') engine.learningRate = row[key];
      else engine.port(key)[0] = row[key];
    }
    runAll(engine, action.run);
    engine.step += 1;
  }
  if (!action.takes.includes('step')) engine.step = step + rows.length;
}
