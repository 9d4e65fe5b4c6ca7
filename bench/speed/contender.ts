// What a library must offer to be measured. A contender is one file in contenders/ and one line in contenders/index.ts.
// Contenders run in Node and in a page, on one thread, and know nothing of clocks.

import type { NetworkSpec } from '../../src/index.ts';
import type { Layer } from './network.ts';

/**
 * One step of plain stochastic gradient descent: forward, mean softmax cross-entropy over the batch, backward, update.
 * Hidden layers use relu.
 */
export interface StepCase {
  /** As in `buildNetwork`; of one with time, the command line's word. */
  readonly network: string;
  /** A network with time, as the library declares it. */
  readonly timed?: NetworkSpec;
  readonly batch: number;
  readonly learningRate: number;
}

/** C (m, n) = A B. `f32_matmul_at`: A is stored transposed (k, m); `f32_matmul_bt`: B is stored transposed (n, k). */
export interface MatmulCase {
  readonly kernel: 'f32_matmul' | 'f32_matmul_at' | 'f32_matmul_bt';
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Why a contender takes no part in a case, in words for the table. */
export interface Cannot {
  readonly cannot: string;
}

/** What a thrown error says, as one line. */
export const reasonOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0];

interface Runner {
  /** Selects what is global in the library; called, untimed, before each block of calls. */
  activate?(): Promise<void>;
  dispose(): void;
}

export interface StepRunner extends Runner {
  /**
   * One step, the upload of the batch and the read of the loss included.
   * @param x (batch, inputs), row-major; images as height, width, channels
   * @param y (batch) class indices
   * @returns the loss before the update
   */
  step(x: Float32Array<ArrayBuffer>, y: Int32Array<ArrayBuffer>): number | Promise<number>;
  /** The bytes it plans, where it can tell. */
  readonly bytes?: number;
  /** The floating-point operations it should need, where it can tell. */
  readonly flops?: number;
}

export interface MatmulRunner extends Runner {
  /** How many products one call of `run` computes. */
  readonly products: number;
  /** Multiplies operands that the library already holds, and leaves the result with the library if it can. */
  run(): void | Promise<void>;
  /** One product, read back: C (m, n), or its first elements if the library reads no more in `run`. */
  result(): Promise<Float32Array>;
}

export interface Contender {
  readonly name: string;
  /** How the library is used here, in one line. */
  readonly use: string;
  /** It learns by a rule of its own: its losses are shown, but not compared. */
  readonly ownRule?: boolean;
  /** It takes networks with time. */
  readonly takesTime?: boolean;
  /**
   * A runner that starts from the weights in `layers`, none where there is time, and leaves them untouched.
   * What it throws, or what the first steps throw, is shown as the reason why it cannot.
   */
  step?(stepCase: StepCase, layers: readonly Layer[]): Promise<StepRunner | Cannot>;
  matmul?(
    matmulCase: MatmulCase,
    a: Float32Array<ArrayBuffer>,
    b: Float32Array<ArrayBuffer>,
  ): Promise<MatmulRunner | Cannot>;
}
