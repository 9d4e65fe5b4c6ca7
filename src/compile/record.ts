// From declared options to a recorded, planned program, without linking: enough to know the memory.

import { expectWritten } from '../../runtime/program/check.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import { Tensor } from '../../runtime/program/expression.ts';
import { PerSample } from '../../runtime/program/leaves.ts';
import { plan, type Plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { prune } from '../../runtime/program/prune.ts';
import {
  RuleError,
  type Course,
  type OwnOptions,
  type Rule,
  type RuleContext,
  type Run,
} from '../forward-only/rule.ts';
import type { Layer, LayerSpec } from '../layers/layer.ts';
import { initialize, recordInput, recordNetwork, type Network, type NetworkSpec } from '../layers/network.ts';
import { recordOptimizer, type RecordedOptimizer } from '../optimizers/optimizer.ts';
import { f32 } from '../quantization/f32.ts';
import { spending, type Sink } from '../quantization/sink.ts';
import type { Storage, Weight } from '../quantization/storage.ts';
import type { Judgement } from '../tasks/host/host.ts';
import type { Task } from '../tasks/task.ts';
import { resolveTask, type ClassesOption, type ResolvedTask } from './resolve-task.ts';
import { StepSums } from './step-sums.ts';

/** What decides what is recorded. `Result` is what `evaluate` gives. */
export interface RecordOptions<Result extends Judgement = Judgement> {
  readonly network: NetworkSpec;
  readonly rule: Rule;
  /** What is learned; default `classification()`. */
  readonly task?: Task<Result>;
  /** Short for `task: classification(...)`: names, or names with room for more. */
  readonly classes?: ClassesOption;
  /** Samples of a training step at most; default 32. */
  readonly batchSize?: number;
  /** Of these, how many are in memory at a time; a step adds up over them. Default: all. */
  readonly microBatch?: number;
  /** How weights are stored; default `f32`. */
  readonly storage?: Storage;
}

export interface Recorded {
  readonly program: Program;
  readonly plan: Plan;
  readonly course: Course;
  readonly task: ResolvedTask;
  readonly network: Network;
  /** All weights, of the network and of the rule's own. */
  readonly weights: readonly Weight[];
  /** Where each optimiser has its numbers: one place for each clock. */
  readonly optimizers: ReadonlyMap<string, readonly RecordedOptimizer[]>;
}

/** `share: false`: see `plan`. */
export function recordLearner(options: RecordOptions, { share = true } = {}): Recorded {
  const { network: spec, rule, batchSize = 32, microBatch = batchSize, storage = f32 } = options;
  const resolved = resolveTask(options);
  const p = new Program();
  const batch = p.count('batch', microBatch);
  const samples = microBatch < batchSize ? p.count('samples', batchSize) : batch;
  const input = recordInput(p, spec, batch);
  const weight = new PerSample(p.port({ name: 'weight', way: 'in', role: 'label', shape: [batch] }));
  const { capacity, names, count } = resolved.info;
  const task = resolved.task.record(p, {
    capacity,
    now: names.length,
    batch,
    samples,
    weight,
    sample: (program) => input.whole(program),
  });
  const outputs = rule.head === 'network' && count !== null ? task.outputs : null;
  const network = recordNetwork(p, spec, { batch, storage, outputs });
  p.rows = p.port({ name: 'rows', way: 'in', role: 'label', element: 'i32', shape: [batch] });
  p.phase('prepare', () =>
    initialize(
      p,
      network.parts.flatMap(({ layers }) => layers),
    ),
  );

  const making = new Making(p, rule, { batch, storage, inParts: samples !== batch });
  const context: RuleContext = {
    input,
    task,
    batch,
    samples,
    weight,
    own: (unit, layer, own) => making.own(unit, layer, own),
    sink: (name, clock) => making.sink(name, clock),
  };
  const recorded = rule.record(p, network, context);
  p.phase('predict', () => task.answer(p, recorded.predict(p)));
  p.phase('evaluate', () => {
    const output = p.materialize('output', recorded.predict(p));
    task.outcome(p, null).score(p, output);
  });
  expectCourse(p, rule, recorded);
  const course = making.finish(recorded);
  if (samples !== batch) expectNothingKept(p, rule, batch);
  const weights = [...network.weights, ...making.layers.flatMap((layer) => layer.weights)];
  maintain(p, course, weights);
  expectWritten(p);
  prune(p, 'prepare');
  return {
    program: p,
    plan: plan(p, { share }),
    course,
    task: resolved,
    network,
    weights,
    optimizers: making.optimizers,
  };
}

interface Place {
  readonly batch: Dim;
  readonly storage: Storage;
  /** Whether the rows of a step come in micro-batches. */
  readonly inParts: boolean;
}

/** What a rule makes as it records: layers of its own, optimisers at work. */
class Making {
  readonly #p: Program;
  readonly #rule: Rule;
  readonly #place: Place;
  readonly #sums: StepSums;
  readonly #layers = new Map<string, Layer>();
  readonly #recorded = new Map<string, RecordedOptimizer>();
  /** The phases in which an optimiser has advanced. */
  readonly #advanced = new Set<string>();

  constructor(p: Program, rule: Rule, place: Place) {
    this.#p = p;
    this.#rule = rule;
    this.#place = place;
    this.#sums = new StepSums(p);
  }

  get layers(): Layer[] {
    return [...this.#layers.values()];
  }

  get optimizers(): ReadonlyMap<string, readonly RecordedOptimizer[]> {
    const names = Object.keys(this.#rule.optimizers);
    return new Map(
      names.map((name) => {
        const mine = [...this.#recorded].filter(([key]) => key === name || key.startsWith(`${name}/`));
        return [name, mine.map(([, recorded]) => recorded)];
      }),
    );
  }

  own(unit: string, spec: LayerSpec, { name, like, outputs, trained = true }: OwnOptions): Layer {
    const full = `${unit}/${name}`;
    const known = this.#layers.get(full);
    if (known !== undefined) return known;
    const inputShape = like instanceof Tensor ? like.shape.slice(1).map(({ offset }) => offset) : like;
    const p = this.#p;
    const { batch, storage } = this.#place;
    spec.outputShape(inputShape, full);
    const made = p.unit(unit, () =>
      p.unit(full, () => spec.record(p, { batch, storage, name: full, inputShape, outputs: outputs ?? null, trained })),
    );
    p.phase('prepare', () => p.unit(unit, () => initialize(p, [made])));
    this.#layers.set(full, made);
    return made;
  }

  sink(name = Object.keys(this.#rule.optimizers)[0], clock?: string): Sink {
    const optimizer = this.#rule.optimizers[name];
    if (optimizer === undefined) {
      const known = Object.keys(this.#rule.optimizers).join(', ') || 'none';
      throw new RuleError(`the rule '${this.#rule.name}' has no optimizer '${name}'; it has ${known}`);
    }
    const key = clock === undefined ? name : `${name}/${clock}`;
    const recorded = this.#recorded.get(key) ?? recordOptimizer(this.#p, key, optimizer);
    this.#recorded.set(key, recorded);
    if (this.#place.inParts || optimizer.clipNorm !== null) return this.#sums.sink(key, optimizer, recorded);
    const here = `${this.#p.phaseNow}: ${key}`;
    if (!this.#advanced.has(here)) recorded.advance();
    this.#advanced.add(here);
    return spending(recorded);
  }

  finish(course: Course): Course {
    return this.#sums.finish(course);
  }
}

/** Storages that rescale or drift do so once a step, after the last phase of every stage's step. */
function maintain(p: Program, { stages }: Course, weights: readonly Weight[]): void {
  for (const phase of new Set(stages.map(({ step }) => phasesOf(step).pop()))) {
    if (phase === undefined) continue;
    p.phase(phase, () => {
      for (const weight of weights) {
        const { unit, name } = weight.parts[0].buffer;
        if (weight.maintain !== undefined) p.unit(unit ?? name, () => weight.maintain?.(p));
      }
    });
  }
}

/** @throws RuleError where a phase hands another one something of the batch: micro-batches would overwrite it. */
function expectNothingKept(p: Program, { name }: Rule, { count }: Dim): void {
  const kept = p.buffers.find(({ life, shape }) => life !== 'transient' && shape.some((axis) => axis.count === count));
  if (kept === undefined) return;
  const wanted = 'wanted no microBatch';
  throw new RuleError(`the rule '${name}' keeps '${kept.name}' of a batch from phase to phase: ${wanted}`);
}

/** All phases of a training, in the order in which its stages run them. */
export const trainingPhases = ({ stages }: Course): string[] =>
  stages.flatMap(({ enter, step, leave }) => [enter, step, leave].flatMap(phasesOf));

/** The parts of a run, in order: names of phases, and counts to raise. */
export function flat(run: Run | undefined): Exclude<Run, readonly Run[]>[] {
  if (run === undefined) return [];
  return typeof run === 'string' || 'raise' in run ? [run] : run.flatMap(flat);
}

/** The names of all phases of a run, in order. */
export const phasesOf = (run: Run | undefined): string[] =>
  flat(run).flatMap((part) => (typeof part === 'string' ? [part] : []));

/** @throws RuleError for a course without a stage, a phase that was not recorded, a count that there is not. */
function expectCourse(p: Program, { name }: Rule, { stages, actions = {} }: Course): void {
  if (stages.length === 0) throw new RuleError(`the rule '${name}' has no stage, so nothing would train`);
  const runs = stages.flatMap(({ enter, step, leave }) => [enter, step, leave]);
  const known = (names: Iterable<string>): string => [...names].join(', ');
  for (const part of [...runs, ...Object.values(actions).map(({ run }) => run)].flatMap(flat)) {
    if (typeof part !== 'string') {
      if (p.counts.has(part.raise)) continue;
      const has = `which it does not have; it has ${known(p.counts.keys())}`;
      throw new RuleError(`the rule '${name}' raises a count '${part.raise}', ${has}`);
    }
    if (p.phases.has(part)) continue;
    const has = `which it does not record; it has ${known(p.phases.keys())}`;
    throw new RuleError(`the rule '${name}' runs a phase '${part}', ${has}`);
  }
}
