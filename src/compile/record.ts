// From declared options to a recorded, planned program, without linking: enough to know the memory.

import { expectWritten } from '../../runtime/program/check.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import { Tensor } from '../../runtime/program/expression.ts';
import { PerSample } from '../../runtime/program/leaves.ts';
import { plan, type Plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { prune } from '../../runtime/program/prune.ts';
import { always, phasesOf, RuleError, type Course, type Rule, type RuleContext } from '../forward-only/rule.ts';
import type { Layer } from '../layers/layer.ts';
import {
  initialize,
  initializeParts,
  recordInput,
  recordNetwork,
  type Network,
  type NetworkSpec,
} from '../layers/network.ts';
import { readTrainable, type Trainable } from '../layers/parts/trainable.ts';
import { recordOptimizer, type RecordedOptimizer } from '../optimizers/optimizer.ts';
import { f32 } from '../quantization/f32.ts';
import { spending } from '../quantization/sink.ts';
import type { Activations, RecordedActivations } from '../quantization/activations.ts';
import type { Storage, Weight } from '../quantization/storage.ts';
import type { Judgement } from '../tasks/host/host.ts';
import type { Task } from '../tasks/task.ts';
import type { ReplayInfo } from './compiled.ts';
import type { Remembering } from './replay.ts';
import { resolveTask, type ClassesOption, type ResolvedTask } from './resolve-task.ts';
import { stepSums } from './step-sums.ts';
import type { Above } from './trunk.ts';

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
  /** How inputs and what layers hand on are kept, `int8Activations()`; default: as floats. */
  readonly activations?: Activations;
  /** The layers that learn, by name or type, and what of them; the others stay as they are. Default: all of all. */
  readonly trainable?: Trainable;
  /** Samples that are remembered, and learned again beside new ones; default none. */
  readonly replay?: Remembering;
}

export interface Recorded {
  readonly program: Program;
  readonly plan: Plan;
  readonly course: Course;
  readonly task: ResolvedTask;
  readonly replay: ReplayInfo | null;
  /** What the rule learns. */
  readonly network: Network;
  /** All weights, of the network and of the rule's own. */
  readonly weights: readonly Weight[];
  /** Where each optimiser has its numbers: one place for each clock. */
  readonly optimizers: ReadonlyMap<string, readonly RecordedOptimizer[]>;
  readonly activations: RecordedActivations | null;
}

/** `share: false`: see `plan`. */
export function recordLearner(options: RecordOptions, { share = true } = {}): Recorded {
  const { rule, batchSize = 32, microBatch = batchSize, storage = f32 } = options;
  const resolved = resolveTask(options);
  const replay = options.replay?.plan(options.network, resolved.info);
  const p = new Program();
  const batch = p.count('batch', microBatch);
  const samples = microBatch < batchSize ? p.count('samples', batchSize) : batch;
  if (options.activations !== undefined && options.network.steps !== null) {
    throw new RuleError(`activations of ${options.activations.name} are of networks without time, wanted floats`);
  }
  const activations = options.activations?.record(p) ?? null;
  const { spec, input, below, features }: Above = replay?.below(p, { batch, storage, activations }) ?? {
    spec: options.network,
    input: recordInput(p, options.network, batch, { quantization: activations?.input ?? null }),
    below: [],
    features: null,
  };
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
  const trainable = options.trainable && readTrainable(options.trainable, spec.layers);
  const network = recordNetwork(p, spec, { batch, storage, activations, outputs, trainable });
  p.rows = p.port({ name: 'rows', way: 'in', role: 'label', element: 'i32', shape: [batch] });
  p.phase('prepare', () => initializeParts(p, network));
  replay?.record(p, spec);

  const inParts = samples !== batch;
  const { own, sink, finish, layers, optimizers } = making(p, rule, { batch, storage, activations, inParts });
  const context: RuleContext = {
    input,
    task,
    batch,
    samples,
    weight,
    own,
    sink,
  };
  const recorded: Course = {
    stages: always('train'),
    predict: (program) => network.walk(program, input, { training: false }),
    ...rule.record(p, network, context),
  };
  p.phase('predict', () => task.answer(p, recorded.predict(p)));
  p.phase('evaluate', () => {
    const output = p.materialize('output', recorded.predict(p));
    task.outcome(p, null).score(p, output);
  });
  if (activations !== null) {
    p.phase('calibrate/begin', () => activations.begin(p));
    p.phase('calibrate', () =>
      activations.calibrating(() => {
        features?.();
        recorded.predict(p);
      }),
    );
  }
  const course = finish(recorded);
  if (inParts) expectNothingKept(p, rule, batch);
  const weights = [...below, ...network.weights, ...[...layers.values()].flatMap((layer) => layer.weights)];
  maintain(p, course, weights, activations);
  expectWritten(p);
  prune(p, 'prepare');
  const planned = plan(p, { share });
  if (trainable) expectLearned(rule, network, planned);
  return {
    program: p,
    plan: planned,
    course,
    task: resolved,
    replay: replay?.info ?? null,
    network,
    weights,
    optimizers,
    activations,
  };
}

interface Place {
  readonly activations: RecordedActivations | null;
  readonly batch: Dim;
  readonly storage: Storage;
  /** Whether the rows of a step come in micro-batches. */
  readonly inParts: boolean;
}

interface Making extends Pick<RuleContext, 'own' | 'sink'>, Pick<Recorded, 'optimizers'> {
  readonly layers: ReadonlyMap<string, Layer>;
  finish(course: Course): Course;
}

/** What a rule makes as it records: layers of its own, optimisers at work. */
function making(p: Program, rule: Rule, { batch, storage, activations, inParts }: Place): Making {
  const sums = stepSums(p);
  const layers = new Map<string, Layer>();
  const optimizers = new Map<string, RecordedOptimizer[]>();
  const clocks = new Map<string, RecordedOptimizer>();
  /** The phases in which an optimiser has advanced. */
  const advanced = new Set<string>();
  const clockOf = (name: string, key: string): RecordedOptimizer => {
    const known = clocks.get(key);
    if (known !== undefined) return known;
    const made = recordOptimizer(p, key, rule.optimizers[name]);
    clocks.set(key, made);
    optimizers.set(name, [...(optimizers.get(name) ?? []), made]);
    return made;
  };
  return {
    layers,
    optimizers,
    finish: sums.finish,
    own(unit, spec, { name, like, outputs = null, trained = true }) {
      const full = `${unit}/${name}`;
      const known = layers.get(full);
      if (known !== undefined) return known;
      const inputShape = like instanceof Tensor ? like.shape.slice(1).map(({ offset }) => offset) : like;
      spec.outputShape(inputShape, full);
      const context = { batch, storage, activations: activations?.asGiven, name: full, inputShape, outputs, trained };
      const made = p.unit(unit, () => p.unit(full, () => spec.record(p, context)));
      p.phase('prepare', () => p.unit(unit, () => initialize(p, [made])));
      layers.set(full, made);
      return made;
    },
    sink(name = Object.keys(rule.optimizers)[0], clock) {
      const optimizer = rule.optimizers[name];
      if (optimizer === undefined) {
        const known = Object.keys(rule.optimizers).join(', ') || 'none';
        throw new RuleError(`the rule '${rule.name}' has no optimizer '${name}'; it has ${known}`);
      }
      const key = clock === undefined ? name : `${name}/${clock}`;
      const recorded = clockOf(name, key);
      if (inParts || optimizer.clipNorm !== null) return sums.sink(key, optimizer, recorded);
      const here = `${p.phaseNow}: ${key}`;
      if (!advanced.has(here)) recorded.advance();
      advanced.add(here);
      return spending(recorded);
    },
  };
}

/**
 * Storages that rescale or drift, and scales that follow activations, do so once a step, after the last phase of every
 * stage's step.
 */
function maintain(
  p: Program,
  { stages }: Course,
  weights: readonly Weight[],
  activations: RecordedActivations | null,
): void {
  for (const phase of new Set(stages.map(({ step }) => phasesOf(step).pop()))) {
    if (phase === undefined) continue;
    p.phase(phase, () => {
      for (const weight of weights) {
        const { unit, name } = weight.parts[0].buffer;
        if (weight.maintain !== undefined) p.unit(unit ?? name, () => weight.maintain?.(p));
      }
      activations?.maintain(p);
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

/** @throws RuleError where none of the weights that are to learn is used. */
function expectLearned({ name }: Rule, { weights }: Network, { addresses }: Plan): void {
  if (weights.some(({ trained, parts: [{ buffer }] }) => trained && addresses.has(buffer))) return;
  const what = 'learns layers of its own, made like the declared ones';
  throw new RuleError(`trainable: the rule '${name}' ${what}: wanted it without`);
}

/** All phases of a training, in the order in which its stages run them. */
export const trainingPhases = ({ stages }: Course): string[] =>
  stages.flatMap(({ enter, step, leave }) => [enter, step, leave].flatMap(phasesOf));
