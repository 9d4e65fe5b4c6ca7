// What a learner takes of WebAssembly memory, as benchmarks of a budget tell it: planned bytes, and that exactly these
// were touched.

import type { LocalLearner } from '../../src/index.ts';

const PAGE = 64 * 1024;

export interface Taken {
  readonly plannedBytes: number;
  /** Of them what is remembered. */
  readonly dataBytes: number;
  /** Planned is touched, and nothing else. */
  readonly isTouched: boolean;
}

export function taken(learner: Pick<LocalLearner, 'memory'>): Taken {
  const { plannedBytes, usedBytes, strayBytes, byRole } = learner.memory();
  return { plannedBytes, dataBytes: byRole.data ?? 0, isTouched: usedBytes === plannedBytes && strayBytes === 0 };
}

export const pagesOf = ({ plannedBytes }: Taken): number => Math.ceil(plannedBytes / PAGE);

export const describeTaken = (each: Taken): string =>
  `${each.plannedBytes.toLocaleString('en')} B, ${pagesOf(each)} pages`;

/** What stands beside a way to learn all layers that ends below the head alone. */
export const FITS_ONLY = ' (the memory fits, the learning does not)';

/** A way to learn, and what it took each time. */
interface Tried {
  readonly name: string;
  /** Most pages; 0: there is no limit. */
  readonly pages: number;
  readonly learned: readonly Taken[];
}

/** What of the memory does not hold, a line each. */
export const faultsOf = (ways: readonly Tried[]): string[] =>
  ways.flatMap(({ name, pages, learned }) => [
    ...(learned.every(({ isTouched }) => isTouched) ? [] : [`${name}: planned is not what was touched`]),
    ...(pages === 0 || pagesOf(learned[0]) <= pages ? [] : [`${name}: ${pagesOf(learned[0])} pages, wanted ${pages}`]),
  ]);
