// Runs a benchmark over the contenders that are present, in Node or in a page.

import { matmulCases, matmulShape, stepCaseName, stepCases } from './cases.ts';
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

export async function runStep(selection: Selection, progress: Progress): Promise<StepRow[]> {
  const present = await presentContenders(selection, progress);
  const rows: StepRow[] = [];
  for (const stepCase of stepCases) {
    const name = stepCaseName(stepCase);
    if (!name.includes(selection.case ?? '')) continue;
    progress(`step ${name}`);
    rows.push(...(await measureStep(present, stepCase)));
  }
  return rows;
}

export async function runKernels(selection: Selection, progress: Progress): Promise<KernelRow[]> {
  const present = await presentContenders(selection, progress);
  const peak = await measurePeak();
  progress(`peak of this engine in registers: ${peak.toFixed(1)} GFLOP/s`);
  const rows: KernelRow[] = [];
  for (const matmulCase of matmulCases) {
    const name = `${matmulCase.kernel} ${matmulShape(matmulCase)}`;
    if (!name.includes(selection.case ?? '')) continue;
    progress(name);
    rows.push(...(await measureMatmul(present, matmulCase, peak)));
  }
  return rows;
}

async function presentContenders({ who }: Selection, progress: Progress): Promise<Contender[]> {
  const present: Contender[] = [];
  for (const contender of contenders) {
    if (who !== undefined && !who.includes(contender.name)) continue;
    if (await contender.available()) present.push(contender);
    else progress(`${contender.name} does not start here and is left out`);
  }
  return present;
}
