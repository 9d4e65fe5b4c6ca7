// Buffers: named, typed pieces of the planned memory, and views of them that kernels receive.

import type { f32_matmul_events } from '../simd/kernels/f32-matmul-events.ts';
import type { f32_matmul_update_events } from '../simd/kernels/f32-matmul-update-events.ts';
import type { i8_average_pool } from '../simd/kernels/i8-average-pool.ts';
import type { i8_conv2d } from '../simd/kernels/i8-conv2d.ts';
import type { i8_depthwise_conv2d } from '../simd/kernels/i8-depthwise-conv2d.ts';
import type { i8_matmul } from '../simd/kernels/i8-matmul.ts';
import type { i8_max_pool } from '../simd/kernels/i8-max-pool.ts';
import type { ElementType } from '../wasm/pointer.ts';
import { bytesPerElement } from '../wasm/pointer.ts';
import { capacity, type Dim } from './dim.ts';
import { layouts, type LayoutName } from './layout.ts';

/** What a buffer is for; the categories of every memory report. */
export type Role =
  | 'parameter'
  | 'state'
  | 'gradient'
  | 'activation'
  | 'scratch'
  | 'input'
  | 'label'
  | 'constant'
  | 'data';

/**
 * `persistent`: keeps its content, and belongs to a checkpoint (unless it can be made again: role `constant`);
 * `cached`: made by one phase, valid for later ones; `transient`: inside one phase, its bytes are shared over time.
 */
export type Life = 'persistent' | 'cached' | 'transient';

/** The products that follow what is not 0. */
export interface EventKernels {
  readonly f32_matmul_events: typeof f32_matmul_events;
  readonly f32_matmul_update_events: typeof f32_matmul_update_events;
}

/** The kernels that compute with int8 activations in integers. */
export interface IntegerKernels {
  readonly i8_average_pool: typeof i8_average_pool;
  readonly i8_conv2d: typeof i8_conv2d;
  readonly i8_depthwise_conv2d: typeof i8_depthwise_conv2d;
  readonly i8_matmul: typeof i8_matmul;
  readonly i8_max_pool: typeof i8_max_pool;
}

/** What int8 values mean, scale (q - zero), and what computes with them. */
export interface Quantization {
  /** One float, and one integer. */
  readonly scale: Buffer;
  readonly zero: Buffer;
  readonly kernels: IntegerKernels;
}

export interface Buffer {
  readonly name: string;
  /** Logical axes; physical order is the layout's. */
  readonly shape: readonly Dim[];
  readonly element: ElementType;
  readonly layout: LayoutName;
  readonly role: Role;
  readonly life: Life;
  /** The unit it belongs to, or null when it is shared (input, label, counts). */
  readonly unit: string | null;
  /** A transient the host fills before a phase, or reads after it. */
  readonly port: 'before' | 'after' | null;
  /** First values of a small persistent buffer; otherwise zeros, or what the `prepare` phase writes. */
  readonly initial: readonly number[] | null;
  /** Of what mostly is 0, as spikes are: by what products read it. Null for all else. */
  readonly events: EventKernels | null;
  /** Of activations kept as int8. Null for all else: values are what they mean. */
  readonly quantization: Quantization | null;
}

/** Bytes at full capacity. */
export const byteLength = (buffer: Buffer): number =>
  layouts[buffer.layout].elements(buffer.shape.map(capacity)) * bytesPerElement(buffer.element);

const WORD = 4;

/**
 * The first address from `address` on at which a buffer may begin: typed arrays need whole elements, and ports of bytes
 * are filled up to whole words, by which memory is counted.
 */
export const aligned = (address: number, { element, port }: Buffer): number => {
  const bytes = port === null ? bytesPerElement(element) : WORD;
  return Math.ceil(address / bytes) * bytes;
};

/** The running index of a recorded loop, from 0 to below `count`. */
export interface LoopIndex {
  readonly count: Dim;
  /** Runs from below `count` down to 0. */
  readonly back?: boolean;
}

/**
 * `base + sum of stride * index`, in elements: where an operand begins inside a loop, or an integer that moves with it.
 */
export interface Affine {
  readonly kind: 'affine';
  readonly base: number;
  readonly terms: readonly { readonly index: LoopIndex; readonly stride: number }[];
}

export const affine = (base: number, ...terms: Affine['terms'][number][]): Affine => ({ kind: 'affine', base, terms });
const toAffine = (value: Affine | number): Affine => (typeof value === 'number' ? affine(value) : value);

export const plus = (a: Affine | number, b: Affine | number): Affine => {
  const [left, right] = [toAffine(a), toAffine(b)];
  return affine(left.base + right.base, ...left.terms, ...right.terms);
};

/** `stride * index`. */
export const along = (index: LoopIndex, stride: number): Affine => affine(0, { index, stride });

export const times = (a: Affine | number, factor: number): Affine => {
  const { base, terms } = toAffine(a);
  return affine(base * factor, ...terms.map(({ index, stride }) => ({ index, stride: stride * factor })));
};

/** The largest value, at full capacity. */
export const largest = ({ base, terms }: Affine): number =>
  terms.reduce((total, { index, stride }) => total + Math.max(0, stride * (capacity(index.count) - 1)), base);

/** A buffer from an element on. */
export interface View {
  readonly kind: 'view';
  readonly buffer: Buffer;
  readonly offset: Affine;
}

export const view = (buffer: Buffer, offset: Affine | number = 0): View => ({
  kind: 'view',
  buffer,
  offset: toAffine(offset),
});
