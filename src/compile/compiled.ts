// A compiled learner: everything a learner needs to run, as plain data that can be posted to a worker.

import { byteLength, type Buffer, type Life, type Role } from '../../runtime/program/buffer.ts';
import { capacity } from '../../runtime/program/dim.ts';
import type { LayoutName } from '../../runtime/program/layout.ts';
import { addressOf, type Plan } from '../../runtime/program/plan.ts';
import type { ElementType } from '../../runtime/wasm/pointer.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import type { LossName } from '../losses/loss.ts';
import type { Schedule } from '../optimizers/optimizer.ts';

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
}

export const bufferInfo = (buffer: Buffer, plan: Plan): BufferInfo => ({
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
});

export interface StageInfo {
  readonly phase: string;
  readonly share: number;
  /** Where the phase leaves loss and output, if it computes them. */
  readonly outcome: { readonly loss: number; readonly output: number } | null;
}

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
  /** The same as they are stored, filling included. */
  readonly storedParameterBytes: number;
  readonly byRole: Readonly<Partial<Record<Role, number>>>;
  /** Transient bytes alive at each call of each phase. */
  readonly timeline: Readonly<Record<string, readonly number[]>>;
  /** The module's code, outside linear memory. */
  readonly moduleBytes: number;
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

export interface RuleInfo {
  readonly name: string;
  readonly version: number;
  readonly loss: LossName;
  /** The name of the optimiser's update. */
  readonly optimizer: string;
  /** The optimiser's numbers as they were given. */
  readonly hyper: Readonly<Record<string, number>>;
}

export interface NetworkInfo {
  readonly inputShape: readonly number[];
  readonly parameterCount: number;
  readonly layers: readonly LayerInfo[];
}

export interface CompiledLearner {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly features: Features;
  readonly pages: number;
  readonly seed: number;
  readonly batchSize: number;
  /** Bytes; Infinity for none. */
  readonly budget: number;
  readonly classes: { readonly names: readonly string[]; readonly capacity: number };
  readonly network: NetworkInfo;
  readonly rule: RuleInfo;
  readonly learningRate: { readonly first: number; readonly schedule: Schedule; readonly address: number };
  /** Bytes into the memory. */
  readonly addresses: Readonly<Record<'input' | 'label' | 'batch' | 'classes' | 'seed' | 'step' | 'output', number>>;
  readonly stages: readonly StageInfo[];
  /** Everything that is not transient. */
  readonly buffers: readonly BufferInfo[];
  readonly memory: MemoryPlan;
}

/** What learning changes: all that lasts, without what `prepare` makes again (constants) and the run-time counts. */
export const learnedBuffers = ({ buffers }: CompiledLearner): BufferInfo[] =>
  buffers.filter(({ life, role, name }) => life === 'persistent' && role !== 'constant' && !name.startsWith('count/'));
