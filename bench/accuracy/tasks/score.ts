// How good answers are, computed alike for every contender from its answers alone: rows of `width` values.

import { meanOf } from '../../shared/spread.ts';

export interface Score {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  of(answers: Float32Array, targets: Float32Array, width: number): number;
}

/** Mean of squared errors over all values. */
export const mse: Score = {
  name: 'mse',
  better: 'lower',
  of: (answers, targets) => targets.reduce((sum, target, at) => sum + (answers[at] - target) ** 2, 0) / targets.length,
};

/** One less the share of its variance that each target keeps, mean over the targets. */
export const r2: Score = {
  name: 'r2',
  better: 'higher',
  of(answers, targets, width) {
    let total = 0;
    for (let column = 0; column < width; column++) {
      const pick = (values: Float32Array): Float32Array => values.filter((_, at) => at % width === column);
      const own = pick(targets);
      const mean = meanOf([...own]);
      total += 1 - mse.of(pick(answers), own, 1) / mse.of(new Float32Array(own.length).fill(mean), own, 1);
    }
    return total / width;
  },
};

/** Share of the rows of which every value is on its target's side of a half. */
export const exactMatch: Score = {
  name: 'exact match',
  better: 'higher',
  of(answers, targets, width) {
    const missed = new Set<number>();
    targets.forEach((target, at) => {
      if (answers[at] > 0.5 !== target > 0.5) missed.add(Math.floor(at / width));
    });
    return 1 - (missed.size * width) / targets.length;
  },
};

/** Which share of the way from `trivial` to `control` a score has gone. */
export const shareOfControl = (score: number, control: number, trivial: number): number =>
  (score - trivial) / (control - trivial);
