// From declared options to a compiled learner: plain data (module bytes, addresses, names), so that it can be posted to
// a worker that holds no rule. Recording, planning and linking happen here, where the rule is.

import { byteLength, type Buffer } from '../../runtime/program/buffer.ts';
import { link } from '../../runtime/program/link.ts';
import { usesIn, type Use } from '../../runtime/program/op.ts';
import { addressOf, BudgetError, PAGE, type Plan } from '../../runtime/program/plan.ts';
import type { Program } from '../../runtime/program/program.ts';
import { chooseFeatures, type Features } from '../../runtime/wasm/features.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import { parseBytes } from '../bytes.ts';
import { expectIs, expectOptions, expectThat, finite, integer, made, optional } from '../options.ts';
import { flat, RuleError, type Rule } from '../forward-only/rule.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';
import { f32 } from '../quantization/f32.ts';
import type { Weight } from '../quantization/storage.ts';
import type { Evaluation } from '../tasks/host/classification.ts';
import type { Judgement } from '../tasks/host/host.ts';
import type { Standardization } from '../tasks/host/scale.ts';
import {
  bufferInfo,
  changingBuffers,
  COMPILED_VERSION,
  mapped,
  type ActivationsInfo,
  type BufferInfo,
  type CompiledLearner,
  type MemoryPlan,
  type NetworkInfo,
  type PhaseInfo,
  type PortInfo,
  type RuleInfo,
} from './compiled.ts';
import { identityOf } from './identity.ts';
import { recordLearner, type Recorded, type RecordOptions } from './record.ts';
import { standardizing } from './standardizing.ts';
import { summarize } from './summary.ts';

export interface LearnerOptions<Result extends Judgement = Evaluation> extends RecordOptions<Result> {
  /** Most bytes the plan may take: a number, or text such as '512 KiB'. Default: no limit. */
  readonly budget?: number | string;
  /** A whole number; default 1. One seed gives one result, on every engine. */
  readonly seed?: number;
  /**
   * The share of the rate at which `learnOne` and `train` go on with what a `fit` has trained, so that learning one by
   * one does not destroy what was learned; default 0.1. `setLearningRate` is above it.
   */
  readonly adaptation?: number;
  /**
   * Whether samples are learned as (x - mean) / deviation of each feature, as the rows of the first `fit` have them;
   * `true`: by the last axis, whatever the shape. Default: samples of one axis, unless all values lie in 0..1, as
   * pixels do. Values to be learned by `regression` likewise, unless it is `false`; answers come in their units.
   * Mean and deviation themselves, as `learner.standardization` gives them, go with weights from elsewhere.
   */
  readonly standardize?: boolean | Standardization;
  /** Default: `simd128` where there is SIMD, else `none`; both give the same bits. `relaxed` is faster and does not. */
  readonly features?: Features;
}

/** Those that `createLearner` and `createWorkerLearner` take too among them. */
export const LEARNER_OPTIONS: readonly string[] = [
  'network',
  'rule',
  'task',
  'classes',
  'batchSize',
  'microBatch',
  'adaptation',
  'standardize',
  'storage',
  'activations',
  'trainable',
  'replay',
  'budget',
  'seed',
  'features',
  'restore',
  'weights',
  'execution',
  'worker',
];

/** @throws ConfigurationError for a network, rule, task or storage that is none, or was not made. */
function expectParts({ network, rule, task, storage, activations, replay }: LearnerOptions<Judgement>): void {
  expectThat(Array.isArray(network?.layers), 'the network', network, 'what sequential() gives');
  expectIs('the rule', rule, made('record', 'a rule, such as tpsgd()'));
  expectIs('the task', task, optional(made('record', 'a task, such as classification()')));
  expectIs('the storage', storage, optional(made('weight', 'a storage, such as int8()')));
  expectIs('activations', activations, optional(made('record', 'such as int8Activations()')));
  expectIs('replay', replay, optional(made('plan', 'such as replay({ capacity: 100 })')));
}

/**
 * Compiles a learner.
 * @throws ShapeError, ConfigurationError, RuleError for options that do not fit together; BudgetError when the plan
 *   exceeds the budget, naming the largest batch and micro-batch that would fit; UnsupportedFeatureError.
 */
export const compileLearner = (options: LearnerOptions<Judgement>): CompiledLearner =>
  compileWith(options, recordLearner);

/** `record` may record a part of a learner. */
export function compileWith(options: LearnerOptions<Judgement>, record: typeof recordLearner): CompiledLearner {
  expectOptions('createLearner', options, LEARNER_OPTIONS);
  expectParts(options);
  const { network, rule, batchSize = 32, microBatch = batchSize, seed = 1, storage = f32, adaptation = 0.1 } = options;
  expectIs('adaptation', adaptation, finite(0));
  expectIs('batchSize', batchSize, integer(1));
  expectIs('microBatch', microBatch, integer(1, batchSize));
  expectIs('seed', seed, integer(-(2 ** 31), 2 ** 31 - 1));
  const isAmount = ['undefined', 'number', 'string'].includes(typeof options.budget);
  expectThat(isAmount, 'budget', options.budget, "bytes such as 524288 or '512 KiB'");
  const budget = options.budget === undefined ? Infinity : parseBytes(options.budget);
  const features = chooseFeatures(options.features);
  const { parameterCount } = network;
  if (parameterCount > budget) throw new BudgetError(parameterCount, budget, ': a byte for each parameter alone');
  const recorded = record(options);
  const { program, plan: planned, course } = recorded;
  if (planned.bytes > budget) throw new BudgetError(planned.bytes, budget, adviseBatch(options, budget));
  const module = link(program, planned, { features });
  const at = (buffer: Buffer): number => addressOf(planned, buffer);
  const used = program.buffers.filter((buffer) => planned.addresses.has(buffer));
  const written = writtenIn(program);
  const buffers = used.map((buffer) => bufferInfo(buffer, planned, written));
  const described = {
    version: COMPILED_VERSION,
    module,
    features,
    seed,
    batchSize,
    microBatch,
    adaptation,
    standardize: standardizing(options.standardize, network, recorded.task),
    budget,
    pages: pagesOf(planned),
    task: recorded.task.info,
    network: describeNetwork(network),
    storage: storage.name,
    activations: describeActivations(options.activations?.name ?? 'f32', recorded),
    rule: describeRule(rule, recorded),
    addresses: { seed: at(program.seed), step: at(program.step) },
    counts: mapped(Object.fromEntries(program.counts), ({ count, buffer }) => ({
      address: at(buffer),
      capacity: count.capacity,
    })),
    ports: mapped(
      Object.fromEntries(used.filter(({ port }) => port === 'before').map((buffer) => [buffer.name, buffer])),
      (port) => portInfo(port, planned),
    ),
    phases: mapped(Object.fromEntries(program.phases), (_, name) => describePhase(recorded, name)),
    stages: course.stages.map(({ enter, step, leave, until }) => ({
      enter: flat(enter),
      step: flat(step),
      leave: flat(leave),
      until,
    })),
    actions: mapped(course.actions ?? {}, ({ run, takes }) => ({ run: flat(run), takes })),
    tells: mapped(course.tells ?? {}, (port) => portInfo(port, planned)),
    replay: recorded.replay,
    weights: plannedWeights(recorded).map(({ name, reading, trained, parts, storage: kept }) => ({
      name,
      storage: kept,
      reading,
      trained,
      parts: parts.map(({ buffer, is }) => ({ name: buffer.name, is })),
    })),
    buffers: buffers.filter(({ life }) => life !== 'transient'),
    memory: memoryPlan(recorded, network, buffers, module.length),
  };
  return { ...described, identity: identityOf(described), summary: summarize(described) };
}

/** What phases other than the first write. */
const writtenIn = ({ phases }: Program): ReadonlySet<Buffer> =>
  new Set(
    [...phases]
      .flatMap(([name, ops]) => (name === 'prepare' ? [] : usesIn(ops)))
      .flatMap(({ buffer, writes }) => (writes ? [buffer] : [])),
  );

const pagesOf = ({ bytes }: Plan): number => Math.max(1, Math.ceil(bytes / PAGE));

/** The weights that any phase uses. */
const plannedWeights = ({ weights, plan: { addresses } }: Recorded): readonly Weight[] =>
  weights.filter(({ parts: [{ buffer }] }) => addresses.has(buffer));

const timeOf = ({ steps, input, varying }: NetworkSpec): string =>
  steps === null ? 'none' : `${varying ? 'up to ' : ''}${steps} steps of a ${input} input`;

const describeNetwork = (network: NetworkSpec): NetworkInfo => ({
  inputShape: sampleShape(network),
  time: timeOf(network),
  varying: network.varying,
  element: network.element,
  parameterCount: network.parameterCount,
  layers: network.layers.map(({ name, spec, inputShape: from, outputShape }) => {
    const { type, config } = spec;
    return { name, type, config, inputShape: from, outputShape, parameters: spec.parameterCount(from) };
  }),
});

const describeRule = ({ name, version, config, optimizers }: Rule, { plan, optimizers: used }: Recorded): RuleInfo => ({
  name,
  version,
  config,
  optimizers: mapped(optimizers, ({ update, hyper, schedule, clipNorm }, key) => {
    const offset = 4 * update.hyper.indexOf('learningRate');
    // a program of which a part was cut out may have none of an optimiser's
    const places = (used.get(key) ?? []).flatMap(({ hyper: at }) =>
      at === null ? [] : (plan.addresses.get(at) ?? []),
    );
    const rates = places.map((place) => place + offset);
    return { update: update.name, hyper, schedule, clipNorm, rates };
  }),
});

function describePhase({ program, plan, course: { tells = {} } }: Recorded, name: string): PhaseInfo {
  const uses = usesIn(program.phases.get(name) ?? []);
  const namesOf = (wanted: (use: Use) => boolean): string[] => [
    ...new Set(uses.filter(wanted).map(({ buffer }) => buffer.name)),
  ];
  const isCached = ({ buffer: { life } }: Use): boolean => life === 'cached';
  const written = namesOf(({ writes }) => writes);
  const makes = namesOf((use) => use.writes && isCached(use));
  const out = (what: string): number | null => {
    const port = uses.find(({ buffer }) => buffer.name === `${name}/${what}`);
    return port === undefined ? null : addressOf(plan, port.buffer);
  };
  return {
    reads: namesOf((use) => use.reads && use.buffer.port === 'before' && !isCached(use)).filter(
      (port) => !written.includes(port),
    ),
    tells: Object.keys(tells).filter((tell) => written.includes(tells[tell].name)),
    cached: { makes, reads: namesOf((use) => use.reads && isCached(use) && !makes.includes(use.buffer.name)) },
    loss: out('loss'),
    output: out('output'),
  };
}

const describeActivations = (name: string, { activations, plan }: Recorded): ActivationsInfo => ({
  name,
  input: activations && {
    scale: addressOf(plan, activations.input.scale),
    zero: addressOf(plan, activations.input.zero),
  },
});

const portInfo = (port: Buffer, plan: Plan): PortInfo => ({
  address: addressOf(plan, port),
  element: port.element,
  elements: byteLength(port) / bytesPerElement(port.element),
});

function memoryPlan(
  recorded: Recorded,
  { parameterCount }: NetworkSpec,
  buffers: readonly BufferInfo[],
  moduleBytes: number,
): MemoryPlan {
  const { plan: planned } = recorded;
  return {
    plannedBytes: planned.bytes,
    pages: pagesOf(planned),
    lowerBoundBytes: planned.lowerBound.whole,
    transientBytes: planned.arena,
    transientLowerBoundBytes: planned.lowerBound.transients,
    parameterBytes: 4 * parameterCount,
    storedParameterBytes: plannedWeights(recorded)
      .filter(({ trained }) => trained)
      .flatMap(({ parts }) => parts)
      .filter(({ is }) => is === 'value' || is === 'scale')
      .reduce((total, { buffer }) => total + byteLength(buffer), 0),
    byRole: planned.byRole,
    timeline: Object.fromEntries(planned.timeline),
    moduleBytes,
    snapshotBytes: changingBuffers({ buffers }).reduce((total, { bytes }) => total + bytes, 0),
    buffers: buffers.map(({ name, role, life, address, bytes }) => ({ name, role, life, address, bytes })),
  };
}

/** Which batch size, and how much of the batch in memory at a time, would fit the budget, as the end of an error. */
function adviseBatch(options: LearnerOptions<Judgement>, budget: number): string {
  const { batchSize = 32, microBatch = batchSize } = options;
  const wholeAt = (size: number): number =>
    plannedBytes({ ...options, batchSize: size, microBatch: Math.min(size, microBatch) });
  const inPartsAt = (parts: number): number => plannedBytes({ ...options, microBatch: parts });
  const least = wholeAt(1);
  if (least > budget) return `; even a batch size of 1 needs ${least} bytes`;
  const size = largestWithin(budget, wholeAt, batchSize);
  const parts = largestWithin(budget, inPartsAt, microBatch);
  const inParts = parts === 0 ? '' : `, or all ${batchSize} with microBatch: ${parts} (${inPartsAt(parts)} bytes)`;
  return `; a batch size of ${size} would fit (${wholeAt(size)} bytes)${inParts}`;
}

/** The largest whole number below `exceeds` that needs no more than the budget; 0 where none does. */
function largestWithin(budget: number, bytesAt: (size: number) => number, exceeds: number): number {
  let [fits, most] = [0, exceeds];
  while (most - fits > 1) {
    const middle = (fits + most) >> 1;
    if (bytesAt(middle) <= budget) fits = middle;
    else most = middle;
  }
  return fits;
}

/** Infinity for a rule that cannot learn in parts. */
function plannedBytes(options: LearnerOptions<Judgement>): number {
  try {
    return recordLearner(options).plan.bytes;
  } catch (error) {
    if (error instanceof RuleError) return Infinity;
    throw error;
  }
}
