// By what values are standardised: (x - mean) / deviation of their feature.

import type { TaskInfo } from '../task.ts';

/** One number for each feature: of the last axis of a sample, or each output. */
export interface Scale {
  readonly mean: readonly number[];
  /** 1 for a feature that does not vary. */
  readonly deviation: readonly number[];
}

/** What samples and targets are standardised by; null where they are learned as they are. */
export interface Standardization {
  readonly input: Scale | null;
  /** Of values that regression learns, and of a reconstruction. */
  readonly target: Scale | null;
}

/** What a first fit may standardise, or what is standardised from the start. */
export interface Standardizing {
  /** `auto`: unless all values lie in 0..1. */
  readonly input: boolean | 'auto';
  /** Targets that are values, unless all lie in 0..1; of a reconstruction as the samples are. */
  readonly target: boolean;
  readonly given: Standardization | null;
}

export const AS_THEY_ARE: Standardization = { input: null, target: null };

/** How many features there are of samples and of targets. */
export function featuresOf(sampleShape: readonly number[], { kind, capacity }: Pick<TaskInfo, 'kind' | 'capacity'>) {
  const input = sampleShape[sampleShape.length - 1] ?? 1;
  return { input, target: kind === 'reconstruction' ? input : capacity };
}

/** `refuse` is told what is wrong. */
export function expectScales(
  by: Standardization,
  features: ReturnType<typeof featuresOf>,
  refuse: (what: string) => never,
): void {
  for (const port of ['input', 'target'] as const) {
    if (by[port] !== null && !isScale(by[port], features[port])) {
      refuse(`mean and deviation of the ${port}, wanted a list of ${features[port]} finite numbers each, or null`);
    }
  }
}

const isScale = ({ mean, deviation }: Partial<Scale> = {}, features: number): boolean =>
  [mean, deviation].every(
    (list) => Array.isArray(list) && list.length === features && list.every((value) => Number.isFinite(value)),
  ) && deviation?.every((value) => value > 0) === true;
