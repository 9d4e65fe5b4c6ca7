// What a learning rule owes: a name, the paper, its options, its optimisers, its claim, and `record`, which writes its
// phases into a program for a network and says how the host goes through them. It runs once; it computes nothing. A
// rule may live outside this repository: `defineRule` (parts/define-rule.ts) makes the same thing as the index here.

import type { Buffer } from '../../runtime/program/buffer.ts';
import { capacity, type Dim } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import type { PerSample } from '../../runtime/program/leaves.ts';
import type { Locality } from '../../runtime/program/analyse.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Layer, LayerSpec } from '../layers/layer.ts';
import type { Input, Network, Part } from '../layers/network.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Sink } from '../quantization/sink.ts';
import type { RecordedTask, TaskKind } from '../tasks/task.ts';

export interface OwnOptions {
  readonly name: string;
  /** What it will see: a tensor, or its shape without the batch axis. */
  readonly like: Tensor | readonly number[];
  /** How many outputs its last layer has, where they follow a count: `task.outputs`. */
  readonly outputs?: Dim;
  /** Default true. */
  readonly trained?: boolean;
}

/** What the learner gives a rule to read, and to make things with. */
export interface RuleContext {
  readonly input: Input;
  readonly task: RecordedTask;
  /** Rows in the ports. */
  readonly batch: Dim;
  /** Rows of the whole step: what means divide by. */
  readonly samples: Dim;
  /** What each sample counts, 1 unless told: a delta of a rule's own is multiplied by it. */
  readonly weight: PerSample;
  /**
   * A layer of the rule's own, named `<unit>/<name>`: in the learner's storage, with first values, made at the first
   * call and found again after that.
   */
  own(unit: string, spec: LayerSpec, options: OwnOptions): Layer;
  /**
   * An optimiser at work, by its name among `optimizers` (default: the first); where a step comes in micro-batches, a
   * sum that the learner spends by it at the end of the step. Its first call in a phase records what it advances once a
   * step, so it stands outside loops. Weights that are not updated in every step name a `clock` of
   * their own, so that an optimiser that counts steps counts theirs; the rate is shared.
   */
  sink(optimizer?: string, clock?: string): Sink;
}

/** Phases in order; `raise`: a count grows by one, up to its capacity. */
export type Run = string | { readonly raise: string } | readonly Run[];

/** The parts of a run, in order: names of phases, and counts to raise. */
export function flat(run: Run | undefined): Exclude<Run, readonly Run[]>[] {
  if (run === undefined) return [];
  return typeof run === 'string' || 'raise' in run ? [run] : run.flatMap(flat);
}

/** The names of all phases of a run, in order. */
export const phasesOf = (run: Run | undefined): string[] =>
  flat(run).flatMap((part) => (typeof part === 'string' ? [part] : []));

/** A stretch of training: what runs on entering, at each step and on leaving, and what ends it. */
export interface Stage {
  readonly enter?: Run;
  readonly step: Run;
  readonly leave?: Run;
  /** A share of the epochs; or when a number of an epoch has not improved for `patience` epochs. */
  readonly until: { readonly share: number } | { readonly plateau: string; readonly patience: number };
}

/** Called by name with numbers for its ports; among them `step` and `learningRate` may be. */
export interface Action {
  readonly run: Run;
  readonly takes: readonly string[];
}

/** How the host goes through what was recorded. */
export interface Course {
  readonly stages: readonly Stage[];
  /** Records what the task answers from: [batch, outputs]. */
  predict(p: Program): Tensor;
  readonly actions?: Readonly<Record<string, Action>>;
  /** Ports with a number that every step hands to the host beside loss and answer, by the name it has there. */
  readonly tells?: Readonly<Record<string, Buffer>>;
}

export interface Rule {
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly about: string;
  /** The source: authors, title, where. */
  readonly paper: string;
  /** Counts up when the rule learns otherwise than before, so that old checkpoints are refused. */
  readonly version: number;
  /** All its options: part of a checkpoint's identity. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By name, each with its rate, schedule and clock; none for rules that need none. */
  readonly optimizers: Readonly<Record<string, Optimizer>>;
  readonly learns: readonly TaskKind[];
  /** Whether the network's last layer gives the task's outputs, or the rule has heads of its own. */
  readonly head: 'network' | 'own';
  /** What it claims with these options; the proof is computed (runtime/program/analyse.ts). */
  readonly locality: Locality;
  /**
   * Records the training phases. The phase `prepare` holds the weights' first values; a rule may add to it. Gives what
   * of the course is not as usual: one phase, `train`, in every step, and the network's output for an answer.
   */
  record(p: Program, network: Network, context: RuleContext): Partial<Course> | undefined;
}

/** No update waits for, or reads of, a unit behind its own. */
export const LOCAL: Locality = { backwardLocked: false, updateLocked: false, weightTransport: false, delayed: false };
/** Deltas come back through the weights of the units behind. */
export const LOCKED: Locality = { backwardLocked: true, updateLocked: true, weightTransport: true, delayed: false };

/** Thrown when a rule is defined without a part it owes, or cannot train a network, or learn a task. */
export class RuleError extends Error {
  override name = 'RuleError';
}

/** Refuses time, for a rule, or an option of one, that knows none. */
export function expectStill(what: string, { steps }: Input): void {
  if (steps === null) return;
  throw new RuleError(`${what} wants a network without time, and this one has ${capacity(steps)} steps`);
}

/**
 * The units in front of the last one.
 * @throws RuleError where there are none.
 */
export function hiddenUnits(rule: string, { units }: Network): readonly Part[] {
  const hidden = units.filter(({ last }) => !last);
  if (hidden.length > 0) return hidden;
  throw new RuleError(`${rule} teaches hidden layers, and the network has none`);
}

type Owed = 'name' | 'paper' | 'optimizers' | 'locality' | 'record';
export type RuleDefinition = Pick<Rule, Owed> & Partial<Omit<Rule, Owed>>;

/** A rule with what it need not say: it learns classification by the network's last layer, and has no options. */
export function makeRule(rule: RuleDefinition): Rule {
  const usual = { about: '', version: 1, config: {}, learns: ['classification'], head: 'network' } as const;
  return { title: rule.name, ...usual, ...rule };
}

/** Whatever has outputs and a target for each. */
export const TARGET_TASKS: readonly TaskKind[] = ['classification', 'regression', 'multiLabel', 'reconstruction'];

/** Whatever has outputs and a loss. */
export const ALL_TASKS: readonly TaskKind[] = [...TARGET_TASKS, 'reward'];

/** The stages of rules with one phase. */
export const always = (step: Run): readonly Stage[] => [{ step, until: { share: 1 } }];
