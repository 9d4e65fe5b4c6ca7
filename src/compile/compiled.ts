// A compiled learner: everything a learner needs to run, as plain data that can be posted to a worker.

import { byteLength, type Buffer, type Life, type Role } from '../../runtime/program/buffer.ts';
import { capacity } from '../../runtime/program/dim.ts';
import type { LayoutName } from '../../runtime/program/layout.ts';
import { addressOf, type Plan } from '../../runtime/program/plan.ts';
import type { Reading } from '../../runtime/simd/parts/reading.ts';
import type { ElementType } from '../../runtime/wasm/pointer.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import type { Schedule } from '../optimizers/schedule.ts';
import type { Part } from '../quantization/storage.ts';
import type { TaskInfo } from '../tasks/task.ts';
import type { Standardizing } from '../tasks/host/scale.ts';

export interface BufferInfo {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  /** At capacity; the layout orders it. */
  readonly shape: readonly number[];
  /** The axis that counts classes, or -1. */
  readonly classAxis: number;
  readonly layout: LayoutName;
  readonly element: ElementType;
  readonly role: Role;
  readonly life: Life;
  readonly initial: readonly number[] | null;
  /** Whether a phase other than `prepare` writes it. */
  readonly written: boolean;
}

export const bufferInfo = (buffer: Buffer, plan: Plan, written: ReadonlySet<Buffer>): BufferInfo => ({
  name: buffer.name,
  address: addressOf(plan, buffer),
  bytes: byteLength(buffer),
  shape: buffer.shape.map(capacity),
  classAxis: buffer.shape.findIndex(({ count }) => count?.name === 'classes'),
  layout: buffer.layout,
  element: buffer.element,
  role: buffer.role,
  life: buffer.life,
  initial: buffer.initial,
  written: written.has(buffer),
});

/** A weight by the buffers that its storage keeps it in. */
export interface WeightInfo {
  readonly name: string;
  /** The storage's name. */
  readonly storage: string;
  readonly reading: Reading;
  readonly trained: boolean;
  readonly parts: readonly { readonly name: string; readonly is: Part['is'] }[];
}

/** What the host does around a phase. */
export interface PhaseInfo {
  /** The ports that the host fills before each run: `input`, `target`, `weight`, `rows`, or a rule's own. */
  readonly reads: readonly string[];
  /** The numbers that it tells, by name. */
  readonly tells: readonly string[];
  /** Names of the cached buffers that must hold something before, and of those that it makes. */
  readonly cached: { readonly reads: readonly string[]; readonly makes: readonly string[] };
  /** Where it leaves the mean loss of the batch, or null. */
  readonly loss: number | null;
  /** Where it leaves the answers, [batch, outputs], or null. */
  readonly output: number | null;
}

/** A run as the host goes through it: phases by name, and counts to raise by one. */
export type RunInfo = readonly (string | { readonly raise: string })[];

export interface StageInfo {
  readonly enter: RunInfo;
  readonly step: RunInfo;
  readonly leave: RunInfo;
  readonly until: { readonly share: number } | { readonly plateau: string; readonly patience: number };
}

/** A port, or a number that a phase tells. */
export interface PortInfo {
  readonly address: number;
  readonly element: ElementType;
  /** Elements at capacity. */
  readonly elements: number;
}

export interface ActionInfo {
  readonly run: RunInfo;
  readonly takes: readonly string[];
}

/** How a remembered value is kept. */
export type ReplayElement = 'f32' | 'u8' | 'int8';

/** What is remembered, as it was decided. */
export interface ReplayInfo {
  readonly capacity: number;
  readonly element: ReplayElement;
  /** The layer of which it is the features; null for samples. */
  readonly of: string | null;
  /** Steps on it for each step on new samples. */
  readonly ratio: number;
}

/** The phase that makes features of samples, and the port in which the phases of the rule find them. */
export const [TRUNK, FEATURES] = ['trunk', 'features'];

/** The memory a learner will take, known before it exists; bytes throughout. */
export interface MemoryPlan {
  readonly plannedBytes: number;
  /** WebAssembly pages of 64 KiB. */
  readonly pages: number;
  /** The bytes alive at the fullest moment: no plan can undercut it. */
  readonly lowerBoundBytes: number;
  readonly transientBytes: number;
  readonly transientLowerBoundBytes: number;
  /** Weights and biases as the network declares them, 4 bytes each. */
  readonly parameterBytes: number;
  /** All weights that learn as they are stored, a rule's own among them: values and scales, filling included. */
  readonly storedParameterBytes: number;
  readonly byRole: Readonly<Partial<Record<Role, number>>>;
  /** Transient bytes alive at each call of each phase. */
  readonly timeline: Readonly<Record<string, readonly number[]>>;
  /** The module's code, outside linear memory. */
  readonly moduleBytes: number;
  /** What steps change: `fit` keeps a copy of it outside the plan, with early stopping two. */
  readonly snapshotBytes: number;
  /** Of a learner in several workers: bytes that are on their way between them, at most; the plan is the lead's. */
  readonly handOverBytes?: number;
  readonly buffers: readonly Pick<BufferInfo, 'name' | 'role' | 'life' | 'address' | 'bytes'>[];
}

export interface LayerInfo {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: number;
}

export interface OptimizerInfo {
  readonly update: string;
  /** Its numbers as they were given. */
  readonly hyper: Readonly<Record<string, number>>;
  readonly schedule: Schedule;
  readonly clipNorm: number | null;
  /** Where the learning rate stands: once for each clock. */
  readonly rates: readonly number[];
}

export interface RuleInfo {
  readonly name: string;
  readonly version: number;
  /** All its options. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly optimizers: Readonly<Record<string, OptimizerInfo>>;
}

export interface NetworkInfo {
  /** Of a sample as the host gives it, time included. */
  readonly inputShape: readonly number[];
  /** The time steps, in words: `none`, `10 steps of a sequence`. */
  readonly time: string;
  /** Whether the first axis is time, and may be shorter. */
  readonly varying: boolean;
  /** `u8`: samples come as bytes. */
  readonly element: 'f32' | 'u8';
  readonly parameterCount: number;
  readonly layers: readonly LayerInfo[];
}

/** How inputs and what layers hand on are kept. */
export interface ActivationsInfo {
  readonly name: string;
  /** Where scale and zero point of int8 inputs stand; null for floats. */
  readonly input: { readonly scale: number; readonly zero: number } | null;
}

/** Of the form of a compiled learner: another is refused. */
export const COMPILED_VERSION = 8;

/**
 * What a checkpoint is of, each part by its name: the network layer by layer, the rule with its options, the task, the
 * storage, the optimisers with their numbers.
 */
export type Identity = Readonly<Record<string, string>>;

export interface CompiledLearner {
  readonly version: number;
  readonly module: Uint8Array<ArrayBuffer>;
  readonly features: Features;
  readonly pages: number;
  readonly seed: number;
  /** Rows of a step at most, and rows in the ports at a time. */
  readonly batchSize: number;
  readonly microBatch: number;
  /** The share of the rate at which single samples and streams go on after a fit. */
  readonly adaptation: number;
  readonly standardize: Standardizing;
  /** Bytes; Infinity for none. */
  readonly budget: number;
  readonly task: TaskInfo;
  readonly network: NetworkInfo;
  /** The storage of weights that are not told otherwise. */
  readonly storage: string;
  readonly activations: ActivationsInfo;
  readonly rule: RuleInfo;
  /** Bytes into the memory. */
  readonly addresses: Readonly<Record<'seed' | 'step', number>>;
  /** Where each run-time count stands, and the most it may be: `batch`, `classes`, a rule's own. */
  readonly counts: Readonly<Record<string, { readonly address: number; readonly capacity: number }>>;
  readonly ports: Readonly<Record<string, PortInfo>>;
  readonly phases: Readonly<Record<string, PhaseInfo>>;
  readonly stages: readonly StageInfo[];
  readonly actions: Readonly<Record<string, ActionInfo>>;
  /** What every step hands to the host beside loss and answer. */
  readonly tells: Readonly<Record<string, PortInfo>>;
  /** What is remembered, or null. */
  readonly replay: ReplayInfo | null;
  readonly weights: readonly WeightInfo[];
  /** Everything that is not transient. */
  readonly buffers: readonly BufferInfo[];
  readonly memory: MemoryPlan;
  readonly identity: Identity;
  /** The network layer by layer, the rule and the memory, as text. */
  readonly summary: string;
}

/** Counts of how much there is now, which learning does not change. */
const PRESENT = ['count/batch', 'count/samples', 'count/classes', 'count/steps'];

type Buffers = Pick<CompiledLearner, 'buffers'>;

/** What a checkpoint holds: all that lasts, without what `prepare` makes again (constants). */
export const savedBuffers = ({ buffers }: Buffers): BufferInfo[] =>
  buffers.filter(({ life, role, name }) => life === 'persistent' && role !== 'constant' && !PRESENT.includes(name));

/** Of that what is learned, and what it was learned upon: all but samples that are remembered. */
export const learnedBuffers = (compiled: Buffers): BufferInfo[] =>
  savedBuffers(compiled).filter(({ role }) => role !== 'data');

/** Of that what steps change: weights that stay as they are are not among it. */
export const changingBuffers = (compiled: Buffers): BufferInfo[] =>
  learnedBuffers(compiled).filter(({ role, written }) => role !== 'parameter' || written);

/** A record with every value exchanged. */
export const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  exchange: (value: From, name: string) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, exchange(value, name)]));
