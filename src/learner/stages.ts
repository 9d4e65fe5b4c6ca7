// How the stages of a rule share out the epochs of a fit: by shares that are known beforehand, or each until a number
// has not improved for some epochs, within the epochs there are.

import type { StageInfo } from '../compile/compiled.ts';
import { ConfigurationError } from '../errors.ts';

/** The numbers of an epoch that a stage may watch. */
type Watched = Readonly<Record<string, number>>;

/** Whether a number of this name is better than another; any is better than NaN. */
export type Better = (name: string, value: number, than: number) => boolean;

export class StageWalk {
  readonly #stages: readonly StageInfo[];
  readonly #isBetter: Better;
  readonly #epochs: number;
  /** For each stage the epoch at which it ends at the latest. */
  readonly #ends: readonly number[];
  #at = 0;
  #first = 0;
  #best = Number.NaN;
  #since = 0;

  /** @throws ConfigurationError where there are fewer epochs than stages. */
  constructor(stages: readonly StageInfo[], epochs: number, isBetter: Better) {
    if (epochs < stages.length && stages.every(({ until }) => 'share' in until)) {
      const why = 'this rule trains as many stages one after another';
      throw new ConfigurationError(`epochs is ${epochs}, wanted at least ${stages.length}: ${why}`);
    }
    this.#stages = stages;
    this.#isBetter = isBetter;
    this.#epochs = epochs;
    let shares = 0;
    this.#ends = stages.map(({ until }, stage) => {
      if (!('share' in until) || stage === stages.length - 1) return epochs;
      shares += until.share;
      return Math.round(shares * epochs);
    });
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
    const { until } = this.now;
    if ('share' in until) return epoch + 1 >= this.#ends[this.#at];
    const value = logs[until.plateau];
    const isBetter = this.#isBetter(until.plateau, value, this.#best);
    this.#since = isBetter ? 0 : this.#since + 1;
    if (isBetter) this.#best = value;
    return this.#since >= until.patience || epoch + 1 >= this.#epochs;
  }

  /** On to the next stage, which begins with this epoch. */
  advance(epoch: number): void {
    this.#at++;
    this.#first = epoch;
    [this.#best, this.#since] = [Number.NaN, 0];
  }
}
