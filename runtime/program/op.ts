// What a phase is made of: calls of kernels, loops and conditions over them; and what each touches.

import type { Kernel } from '../simd/kernel.ts';
import type { Buffer, LoopIndex, View } from './buffer.ts';
import type { Operand } from './expression.ts';

export interface Call {
  readonly kind: 'call';
  readonly kernel: Kernel;
  readonly operands: Readonly<Record<string, Operand>>;
  /** What it learns with, or belongs to: the outermost unit around it. Null outside any. */
  readonly unit: string | null;
  /** The innermost: a layer of the unit. */
  readonly layer: string | null;
  /** Where it was recorded: the line of the rule, for errors. Found when it is asked for, as that is slow. */
  readonly site: string;
}

export interface Loop {
  readonly kind: 'loop';
  readonly index: LoopIndex;
  readonly body: readonly Op[];
}

/** Holds for an integer that is a multiple of `every`, or that is not below `atLeast`. */
export type Condition = { readonly every: number } | { readonly atLeast: number };

/** Runs the body where the condition holds for the integer read. */
export interface When {
  readonly kind: 'when';
  readonly read: View;
  readonly condition: Condition;
  readonly body: readonly Op[];
}

export type Op = Call | Loop | When;

export interface Use {
  readonly buffer: Buffer;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Loops of which every turn touches another part of the buffer. */
  readonly moves: readonly LoopIndex[];
}

/** What a call touches, by its kernel's declared accesses; a scratch pointer is written before it is read. */
export function usesOf({ kernel, operands }: Call): Use[] {
  return Object.entries(operands).flatMap(([name, operand]) => {
    if (typeof operand !== 'object' || operand.kind !== 'view') return [];
    const parameter = kernel.parameters[name];
    const access = parameter.kind === 'pointer' ? parameter.access : 'in';
    const writes = access !== 'in';
    const { buffer, offset } = operand;
    const moves = offset.terms.map(({ index }) => index);
    return [{ buffer, reads: access === 'in' || access === 'inOut', writes, moves }];
  });
}

/** What a condition touches: it is read before the first call of its body. */
export const conditionOf = ({ read: { buffer, offset } }: When): Use => ({
  buffer,
  reads: true,
  writes: false,
  moves: offset.terms.map(({ index }) => index),
});

/** All that a list of operations touches. */
export const usesIn = (ops: readonly Op[]): Use[] =>
  ops.flatMap((op) => {
    if (op.kind === 'call') return usesOf(op);
    return [...(op.kind === 'when' ? [conditionOf(op)] : []), ...usesIn(op.body)];
  });

/** The calls of a list of ops, in recorded order, loops unrolled once. */
export function callsOf(ops: readonly Op[]): Call[] {
  return ops.flatMap((op) => (op.kind === 'call' ? [op] : callsOf(op.body)));
}
