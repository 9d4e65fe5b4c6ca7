// Runs a benchmark over the contenders that are present, in Node or in a page.

import { matmulCases, matmulName, stepCaseName, stepCases } from './cases.ts';
import type { Contender } from './contender.ts';
import { contenders } from './contenders/index.ts';
import { type KernelRow, measureMatmul } from './measure-matmul.ts';
import { measureStep, type StepRow } from './measure-step.ts';
import { measurePeak } from './peak.ts';

/** Which part of a benchmark to run; without a wish, all of it. Plain data, to be sent to a page. */
export interface Selection {
  /** Part of a case's name, such as `@32` or `256x`. */
  readonly case?: string;
  /** Names of contenders. */
  readonly who?: readonly string[];
}

/** Told what is being measured. */
export type Progress = (message: string) => void;

/** What each benchmark gives. */
export interface Rows {
  step: StepRow[];
  kernels: KernelRow[];
}

export type Kind = keyof Rows;

export type Run = <K extends Kind>(kind: K, selection: Selection, progress: Progress) => Promise<Rows[K]>;

/** Runs a benchmark here, in Node or in a page. */
export const run: Run = (kind, selection, progress) => benchmarks[kind](selection, progress);

const benchmarks: { [K in Kind]: (selection: Selection, progress: Progress) => Promise<Rows[K]> } = {
  step: runStep,
  kernels: runKernels,
};

export class NothingSelectedError extends Error {
  override name = 'NothingSelectedError';
}

async function runStep(selection: Selection, progress: Progress): Promise<StepRow[]> {
  const [control] = contenders;
  const selected = [control, ...selectContenders(selection).filter((contender) => contender !== control)];
  const rows: StepRow[] = [];
  for (const stepCase of selectCases(stepCases, stepCaseName, selection)) {
    progress(stepCaseName(stepCase));
    rows.push(...(await measureStep(selected, stepCase)));
  }
  return rows;
}

async function runKernels(selection: Selection, progress: Progress): Promise<KernelRow[]> {
  const selected = selectContenders(selection);
  const cases = selectCases(matmulCases, matmulName, selection);
  const peak = await measurePeak();
  progress(`peak of this engine in registers: ${peak.toFixed(1)} GFLOP/s`);
  const rows: KernelRow[] = [];
  for (const matmulCase of cases) {
    progress(matmulName(matmulCase));
    rows.push(...(await measureMatmul(selected, matmulCase, peak)));
  }
  return rows;
}

function selectContenders({ who }: Selection): readonly Contender[] {
  if (who === undefined) return contenders;
  const names = contenders.map(({ name }) => name);
  const unknown = who.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new NothingSelectedError(`no contender '${unknown.join("', '")}'; there are ${names.join(', ')}`);
  }
  return contenders.filter(({ name }) => who.includes(name));
}

function selectCases<Case>(cases: readonly Case[], nameOf: (item: Case) => string, { case: part = '' }: Selection) {
  const selected = cases.filter((item) => nameOf(item).includes(part));
  if (selected.length > 0) return selected;
  throw new NothingSelectedError(`no case has '${part}' in its name; there are ${cases.map(nameOf).join(', ')}`);
}
