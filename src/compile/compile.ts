// From declared options to a compiled learner: plain data (module bytes, addresses, names), so that it can be posted to
// a worker that holds no rule. Recording, planning and linking happen here, where the rule is.

import type { Buffer } from '../../runtime/program/buffer.ts';
import { expectWritten } from '../../runtime/program/check.ts';
import { link } from '../../runtime/program/link.ts';
import { BudgetError, PAGE, plan, type Plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { chooseFeatures, type Features } from '../../runtime/wasm/features.ts';
import { RuleError, type Rule, type Stage } from '../forward-only/rule.ts';
import { initialize, recordNetwork, type NetworkSpec } from '../layers/network.ts';
import { f32 } from '../quantization/f32.ts';
import type { Storage } from '../quantization/storage.ts';
import { parseBytes } from '../bytes.ts';
import { bufferInfo, type BufferInfo, type CompiledLearner, type MemoryPlan, type NetworkInfo } from './compiled.ts';
import { expectLogits, resolveClasses, type ClassesOption } from './classes.ts';
import { ConfigurationError } from '../errors.ts';

export interface LearnerOptions {
  readonly network: NetworkSpec;
  readonly rule: Rule;
  /** Names, or names with room for more. Default: numbers, one for each output of the network. */
  readonly classes?: ClassesOption;
  /** Samples of a training step at most; default 32. */
  readonly batchSize?: number;
  /** Most bytes the plan may take: a number, or text such as '512 KiB'. Default: no limit. */
  readonly budget?: number | string;
  /** A whole number; default 1. One seed gives one result, on every engine. */
  readonly seed?: number;
  /** Default: `simd128` where there is SIMD, else `none`; both give the same bits. `relaxed` is faster and does not. */
  readonly features?: Features;
  /** How weights are stored; default `f32`. */
  readonly storage?: Storage;
}

export interface Recorded {
  readonly program: Program;
  readonly plan: Plan;
  readonly stages: readonly Stage[];
  /** Integers the host sets, whether a draw depends on them or not. */
  readonly clock: Readonly<Record<'seed' | 'step', Buffer>>;
}

/** Records and plans, without linking: enough to know the memory. `share: false`: see `plan`. */
export function recordLearner(options: LearnerOptions, { share = true } = {}): Recorded {
  const { network: spec, rule, batchSize = 32, storage = f32 } = options;
  const { names, capacity: most } = resolveClasses(spec, options.classes);
  const p = new Program();
  const batch = p.count('batch', batchSize);
  const classes = p.count('classes', most, names.length);
  const network = recordNetwork(p, spec, storage, classes);
  const input = p.tensor({ name: 'input', shape: [batch, ...spec.inputShape], role: 'input', port: 'before' });
  const label = p.buffer({ name: 'label', shape: [batch], role: 'label', element: 'i32', port: 'before' });
  const clock = { seed: p.seed, step: p.step };
  p.phase('prepare', () => initialize(p, network));
  const stages = rule.record(p, network, { input, label, classes });
  expectWritten(p);
  return { program: p, plan: plan(p, { share }), stages, clock };
}

/**
 * Compiles a learner.
 * @throws ShapeError, ConfigurationError, RuleError for options that do not fit together; BudgetError when the plan
 *   exceeds the budget, naming the largest batch that would fit; UnsupportedFeatureError.
 */
export function compileLearner(options: LearnerOptions): CompiledLearner {
  const { network, rule, batchSize = 32, seed = 1 } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigurationError(`batchSize is ${batchSize}, wanted a whole number of at least 1`);
  }
  if ((seed | 0) !== seed) throw new ConfigurationError(`seed is ${seed}, wanted a whole number of 32 bits`);
  expectLogits(network);
  const budget = options.budget === undefined ? Infinity : parseBytes(options.budget);
  const features = chooseFeatures(options.features);
  const recorded = recordLearner(options);
  const { program, plan: planned } = recorded;
  if (planned.bytes > budget) throw new BudgetError(planned.bytes, budget, adviseBatch(options, budget));
  const module = link(program, planned, { features });
  const at = (name: string): number => addressOf(recorded, name, rule);
  const used = program.buffers.filter((buffer) => planned.addresses.has(buffer));
  const { update, hyper, schedule } = rule.optimizer;
  return {
    module,
    features,
    seed,
    batchSize,
    budget,
    pages: pagesOf(planned),
    classes: resolveClasses(network, options.classes),
    network: describeNetwork(network),
    rule: { name: rule.name, version: rule.version ?? 1, loss: rule.loss, optimizer: update.name, hyper },
    learningRate: { first: hyper.learningRate, schedule, address: at('optimizer/hyper') },
    addresses: {
      input: at('input'),
      label: at('label'),
      batch: at('count/batch'),
      classes: at('count/classes'),
      seed: at('seed'),
      step: at('step'),
      output: at('predict/output'),
    },
    stages: recorded.stages.map(({ phase, share, scores }) => ({
      phase,
      share,
      outcome: scores ? { loss: at(`${phase}/loss`), output: at(`${phase}/output`) } : null,
    })),
    buffers: used.filter(({ life }) => life !== 'transient').map((buffer) => bufferInfo(buffer, planned)),
    memory: memoryPlan(
      recorded,
      used.map((buffer) => bufferInfo(buffer, planned)),
      module.length,
    ),
  };
}

const pagesOf = ({ bytes }: Plan): number => Math.max(1, Math.ceil(bytes / PAGE));

const describeNetwork = ({ inputShape, parameterCount, layers }: NetworkSpec): NetworkInfo => ({
  inputShape,
  parameterCount,
  layers: layers.map(({ name, spec, inputShape: from, outputShape }) => {
    const { type, config } = spec;
    return { name, type, config, inputShape: from, outputShape, parameters: spec.parameterCount(from) };
  }),
});

function addressOf({ program, plan: planned }: Recorded, name: string, rule: Rule): number {
  const buffer = program.buffers.find((candidate) => candidate.name === name);
  const address = buffer && planned.addresses.get(buffer);
  if (address === undefined) throw new RuleError(`the rule '${rule.name}' uses no buffer '${name}', which it owes`);
  return address;
}

function memoryPlan({ plan: planned }: Recorded, buffers: readonly BufferInfo[], moduleBytes: number): MemoryPlan {
  const parameters = buffers.filter(({ role }) => role === 'parameter');
  return {
    plannedBytes: planned.bytes,
    pages: pagesOf(planned),
    lowerBoundBytes: planned.lowerBound.whole,
    transientBytes: planned.arena,
    transientLowerBoundBytes: planned.lowerBound.transients,
    parameterBytes: parameters.reduce((total, { shape }) => total + 4 * shape.reduce((a, b) => a * b, 1), 0),
    storedParameterBytes: parameters.reduce((total, { bytes }) => total + bytes, 0),
    byRole: planned.byRole,
    timeline: Object.fromEntries(planned.timeline),
    moduleBytes,
    buffers: buffers.map(({ name, role, life, address, bytes }) => ({ name, role, life, address, bytes })),
  };
}

/** Which batch size would fit the budget, as the end of an error. */
function adviseBatch(options: LearnerOptions, budget: number): string {
  const bytesAt = (batchSize: number): number => recordLearner({ ...options, batchSize }).plan.bytes;
  const single = bytesAt(1);
  if (single > budget) return `; even a batch size of 1 needs ${single} bytes`;
  let [fits, exceeds] = [1, options.batchSize ?? 32];
  while (exceeds - fits > 1) {
    const middle = (fits + exceeds) >> 1;
    if (bytesAt(middle) <= budget) fits = middle;
    else exceeds = middle;
  }
  return `; a batch size of ${fits} would fit (${bytesAt(fits)} bytes)`;
}
