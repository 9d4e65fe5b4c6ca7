// How the stages of a rule share out the epochs of a fit: by shares that are known beforehand, or each until a number
// has not improved for some epochs, within the epochs there are.

import type { StageInfo } from '../compile/compiled.ts';
import { ConfigurationError } from '../errors.ts';

/** The numbers of an epoch that may be watched. */
type Watched = Readonly<Record<string, number>>;

/** Whether a number of this name is better than another; any is better than NaN. */
export type Better = (name: string, value: number, than: number) => boolean;

/** Told the numbers of one epoch after another, says whether one of them has not improved for so many. */
export function plateau(name: string, patience: number, isBetter: Better, improved = () => {}) {
  let [best, since] = [Number.NaN, 0];
  return (logs: Watched): boolean => {
    since++;
    if (isBetter(name, logs[name], best)) {
      [best, since] = [logs[name], 0];
      improved();
    }
    return since >= Math.max(patience, 1);
  };
}

export class StageWalk {
  readonly #stages: readonly StageInfo[];
  readonly #isBetter: Better;
  /** For each stage the epoch at which it ends at the latest. */
  readonly #ends: readonly number[];
  #at = -1;
  #first = 0;
  #isFlat: (logs: Watched) => boolean = () => false;

  /** @throws ConfigurationError where there are fewer epochs than stages. */
  constructor(stages: readonly StageInfo[], epochs: number, isBetter: Better) {
    if (epochs < stages.length && stages.every(({ until }) => 'share' in until)) {
      const why = 'this rule trains as many stages one after another';
      throw new ConfigurationError(`epochs is ${epochs}, wanted at least ${stages.length}: ${why}`);
    }
    this.#stages = stages;
    this.#isBetter = isBetter;
    let shares = 0;
    this.#ends = stages.map(({ until }, stage) => {
      if (!('share' in until) || stage === stages.length - 1) return epochs;
      shares += until.share;
      return Math.round(shares * epochs);
    });
    this.advance(0);
  }

  get stage(): number {
    return this.#at;
  }

  get now(): StageInfo {
    return this.#stages[this.#at];
  }

  get isLast(): boolean {
    return this.#at === this.#stages.length - 1;
  }

  /** How much of the stage is done, for schedules; of a stage without a share, of the fit. */
  progress(epoch: number): number {
    const begin = 'share' in this.now.until ? this.#first : 0;
    return (epoch - begin) / (this.#ends[this.#at] - begin);
  }

  /** Whether the stage is over after this epoch. */
  isOver(epoch: number, logs: Watched): boolean {
    return this.#isFlat(logs) || epoch + 1 >= this.#ends[this.#at];
  }

  /** On to the next stage, which begins with this epoch. */
  advance(epoch: number): void {
    this.#at++;
    this.#first = epoch;
    const { until } = this.now;
    this.#isFlat = 'share' in until ? () => false : plateau(until.plateau, until.patience, this.#isBetter);
  }
}
