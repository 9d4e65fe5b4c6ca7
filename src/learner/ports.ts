// How phases run: the host fills what a phase reads, and sees to it that what it takes from elsewhere is there. Actions
// of a rule are phases that are called by name with numbers.

import { elementsOf } from '../../runtime/program/layout.ts';
import { FEATURES, TRUNK, type RunInfo } from '../compile/compiled.ts';
import { ConfigurationError, InputError } from '../errors.ts';
import { described, expectThat } from '../options.ts';
import type { Targets } from '../tasks/host/host.ts';
import type { Engine } from './engine.ts';
import type { Samples } from './inputs.ts';
import type { Standardizer } from './standardization.ts';

/** What is learned from, or asked about. */
export interface Data {
  readonly samples: Samples;
  /** Where they come as the network sees them, with targets likewise: the port that takes them. */
  readonly port?: string;
  /** None where nothing is judged. */
  readonly targets: Targets | null;
  /** Which samples, in their order. */
  readonly rows: ArrayLike<number>;
  /** Which samples of all data the rows are, for what is drawn for each; default: `rows`. */
  readonly ids?: ArrayLike<number>;
  /** What each sample counts; default 1. */
  readonly weights?: ArrayLike<number> | null;
}

/** Of what comes as the network sees it. */
const AS_KEPT: Pick<Standardizer, 'copy'> = {
  copy: (_port, values, index, out, offset) => values.copy(index, out, offset),
};

/** Fills the ports that a phase reads with `count` rows from `first` on, and runs it. */
export function runOn(
  engine: Engine,
  standardizer: Standardizer,
  data: Data,
  first: number,
  count: number,
  phase: string,
): void {
  engine.setCount('batch', count);
  const { varying, inputShape } = engine.compiled.network;
  if (varying) engine.setCount('steps', data.samples.steps?.(data.rows[first]) ?? inputShape[0]);
  const { reads } = engine.compiled.phases[phase];
  const wantsFeatures = reads.includes(FEATURES) && data.port !== FEATURES;
  if (wantsFeatures) runOn(engine, standardizer, data, first, count, TRUNK);
  for (let at = 0; at < reads.length; at++) {
    if (!wantsFeatures || reads[at] !== FEATURES) fill(engine, standardizer, data, first, count, reads[at]);
  }
  runPhase(engine, phase);
}

/** Fills a port of an engine, or of whatever has one for it. */
export function fill(
  engine: Pick<Engine, 'ports' | 'batch' | 'sampleSize' | 'quantizer'>,
  standardizer: Standardizer,
  data: Data,
  first: number,
  count: number,
  name: string,
): void {
  const { samples, targets, rows, ids = rows, weights } = data;
  const by = data.port === undefined ? standardizer : AS_KEPT;
  const { quantizer } = engine;
  const port = engine.ports[name];
  const size = name === 'input' ? engine.sampleSize : port.length / engine.batch;
  for (let row = 0; row < count; row++) {
    const index = rows[first + row];
    if (name === 'input') {
      if (quantizer === null) by.copy(name, samples, index, port, row * size);
      else quantizer.copy(by, samples, index, port, row * size);
    } else if (name === data.port) samples.copy(index, port, row * size);
    else if (name === 'target' && targets !== null) by.copy(name, targets, index, port, row * size);
    else if (name === 'weight') port[row] = weights ? weights[index] : 1;
    else if (name === 'rows') port[row] = ids[first + row];
  }
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
    const { rule } = engine.compiled;
    throw new InputError(`the rule '${rule.name}' is provided with no ${described(name)}; it takes ${known}`);
  }
  const wanted = elementsOf(port.shape);
  if (values?.length !== wanted) {
    throw new InputError(`'${name}' came as ${values?.length ?? 'no'} values, wanted [${port.shape.join(', ')}]`);
  }
  engine.encode(port, values);
  engine.filled.add(name);
}

/** @throws ConfigurationError for an action the rule does not have, or a number that a row lacks. */
export function act(engine: Engine, name: string, rows: readonly Readonly<Record<string, number>>[]): void {
  const { actions, rule } = engine.compiled;
  const [, action] = Object.entries(actions).find(([known]) => known === name) ?? [];
  if (action === undefined) {
    const known = Object.keys(actions).join(', ') || 'none';
    throw new ConfigurationError(`the rule '${rule.name}' has no action ${described(name)}; it has ${known}`);
  }
  expectThat(Array.isArray(rows), `what '${name}' is given`, rows, 'a list of rows');
  rows.forEach((row, index) => {
    expectThat(typeof row === 'object' && row !== null, `row ${index} of '${name}'`, row, 'numbers by name');
    const missing = action.takes.find((key) => row[key] === undefined);
    if (missing !== undefined) throw new ConfigurationError(`row ${index} of '${name}' has no '${missing}'`);
  });
  const step = engine.step;
  for (const row of rows) {
    for (const key of action.takes) {
      if (key === 'step') engine.step = row[key];
      else if (key === 'learningRate') engine.learningRate = row[key];
      else engine.ports[key][0] = row[key];
    }
    runAll(engine, action.run);
    engine.step += 1;
  }
  if (!action.takes.includes('step')) engine.step = step + rows.length;
}
