// How stages share out the epochs of a fit: by shares that are known beforehand, or each until a number stands still;
// and what runs when one begins and ends.

import { describe, expect, test } from 'vitest';
import type { StageInfo } from '../../src/compile/compiled.ts';
import { StageWalk, type Better } from '../../src/learner/stages.ts';
import { Tensor, defineRule, LOCAL, type Course, type Stage } from '../../src/author.ts';
import { ConfigurationError, dense, sequential, sgd } from '../../src/index.ts';
import { opened, type Opened } from './opened.ts';
import { FEATURES, smallData, smallOptions } from './small.ts';

type Until = StageInfo['until'];
const stagesOf = (...untils: Until[]): StageInfo[] =>
  untils.map((until, index) => ({ enter: [], step: [`train/${index}`], leave: [], until }));
const share = (part: number): Until => ({ share: part });
const plateau = (patience: number, watched: 'loss' | 'acc' = 'loss'): Until => ({ plateau: watched, patience });

const isBetter: Better = (name, value, than) => {
  if (Number.isNaN(than)) return !Number.isNaN(value);
  return name === 'loss' ? value < than : value > than;
};

interface Epoch {
  readonly loss?: number;
  readonly acc?: number;
}

/** The stage of each epoch, and how far it was at its beginning. */
function walked(stages: StageInfo[], epochs: number, logs: readonly Epoch[] = []) {
  const walk = new StageWalk(stages, epochs, isBetter);
  const [at, progress]: [number[], number[]] = [[], []];
  for (let epoch = 0; epoch < epochs; epoch++) {
    at.push(walk.stage);
    progress.push(walk.progress(epoch));
    if (!walk.isOver(epoch, { loss: 0, acc: 0, ...logs[epoch] })) continue;
    if (walk.isLast) break;
    walk.advance(epoch + 1);
  }
  return { at, progress };
}

describe('shares', () => {
  test.each([
    [[1], 3, [0, 0, 0]],
    [[1 / 2, 1 / 2], 5, [0, 0, 0, 1, 1]],
    [[1 / 3, 1 / 3, 1 / 3], 3, [0, 1, 2]],
    [[0.25, 0.75], 4, [0, 1, 1, 1]],
    [[0.9, 0.1], 10, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ])('%j of %s epochs', (shares, epochs, at) => {
    expect(walked(stagesOf(...shares.map(share)), epochs).at).toEqual(at);
  });

  test('progress runs from 0 in each stage, for its schedule', () => {
    expect(walked(stagesOf(share(0.5), share(0.5)), 8).progress).toEqual([
      0,
      1 / 4,
      1 / 2,
      3 / 4,
      0,
      1 / 4,
      1 / 2,
      3 / 4,
    ]);
  });

  test('want an epoch for each', () => {
    const walk = (): unknown => new StageWalk(stagesOf(share(0.5), share(0.5)), 1, isBetter);
    expect(walk).toThrow(ConfigurationError);
    expect(walk).toThrow('epochs is 1, wanted at least 2: this rule trains as many stages one after another');
  });
});

describe('a plateau', () => {
  const losses = (...values: number[]): Epoch[] => values.map((loss) => ({ loss }));

  test('ends a stage when the loss has not fallen for `patience` epochs', () => {
    const stages = stagesOf(plateau(2), plateau(2));
    expect(walked(stages, 8, losses(5, 4, 4, 4.5, 3, 2, 3, 4)).at).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(walked(stages, 8, losses(5, 4, 4, 4.5, 3, 3, 3, 4)).at).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  test('of the accuracy is one of what should rise', () => {
    const stages = stagesOf(plateau(1, 'acc'), share(1));
    const accuracies = [0.1, 0.2, 0.2, 0.9].map((acc) => ({ acc }));
    expect(walked(stages, 4, accuracies).at).toEqual([0, 0, 0, 1]);
  });

  test('is forgotten when the next stage begins: its first epoch is its best', () => {
    expect(walked(stagesOf(plateau(1), plateau(1)), 5, losses(1, 2, 9, 8, 8)).at).toEqual([0, 0, 1, 1, 1]);
  });

  test('ends with the epochs there are, fewer than stages too; progress is that of the fit', () => {
    const { at, progress } = walked(stagesOf(plateau(9), plateau(9), plateau(9)), 2, losses(3, 2));
    expect(at).toEqual([0, 0]);
    expect(progress).toEqual([0, 1 / 2]);
  });

  test('a number that is none is no improvement', () => {
    expect(walked(stagesOf(plateau(2), share(1)), 4, losses(Number.NaN, Number.NaN, 1, 1)).at).toEqual([0, 0, 1, 1]);
  });
});

// ---- in a fit ------------------------------------------------------------------------------------------------------

const { x, y } = smallData(16);
const NAMES = ['entered', 'stepped', 'left'] as const;

/**
 * A rule that learns nothing and counts what runs, in numbers that last; its answer is what a count has been raised
 * to.
 */
const counting = (stages: readonly Stage[]) =>
  defineRule({
    name: 'counting',
    paper: 'none',
    optimizers: { optimizer: sgd(0) },
    locality: LOCAL,
    record(p, network, { input, task }): Course {
      const raised = p.count('raised', 9, 1);
      for (const name of NAMES) {
        const number = p.tensor({ name, shape: [1, 1], role: 'state', life: 'persistent' });
        p.phase(name, () => p.write(number, number.plus(1)));
      }
      const height = new Tensor(p.buffer({ name: 'height', shape: [1, 9], role: 'state', life: 'persistent' }));
      p.phase('raise/show', () => p.loop(raised, () => p.write(height, height.plus(1))));
      p.phase('train', () => {
        const outcome = task.outcome(p, null);
        outcome.score(p, network.walk(p, input, { training: true }));
      });
      return { stages, predict: (program) => network.walk(program, input, { training: false }) };
    },
  });

const learnerOf = (stages: readonly Stage[]): Promise<Opened> =>
  opened(smallOptions({ rule: counting(stages), network: sequential([FEATURES], [dense(3)]) }));

/** A number that the learner keeps. */
function kept({ trainer: { engine } }: Opened, name: string): number {
  const buffer = engine.learned.find((candidate) => candidate.name === name)!;
  return engine.decode(buffer)[0];
}
const numbersOf = (learner: Opened): number[] => NAMES.map((name) => kept(learner, name));

describe('in a fit', () => {
  const step = ['train', 'stepped'] as const;

  test('what enters runs once, steps in every batch, what leaves once', async () => {
    const both = await learnerOf([{ enter: 'entered', step, leave: 'left', until: { share: 1 } }]);
    await both.learner.fit(x, y, { epochs: 3, batchSize: 8 });
    expect(numbersOf(both)).toEqual([1, 6, 1]);
    expect(both.learner.steps).toBe(6);
  });

  test('stages follow one another: a plateau of a loss that never falls ends each after its patience', async () => {
    const stage: Stage = { enter: 'entered', step, leave: 'left', until: { plateau: 'loss', patience: 2 } };
    const both = await learnerOf([stage, stage, stage]);
    // nothing is learned, so the loss of the first epoch stays the best
    const { epoch } = await both.learner.fit(x, y, { epochs: 30, shuffle: false });
    expect(epoch).toHaveLength(3 * 3);
    expect(numbersOf(both)).toEqual([3, 3 * 3 * 2, 3]);
  });

  test('a count is raised by one, between steps or in them', async () => {
    const raise = { raise: 'raised' };
    const both = await learnerOf([
      { step: 'train', leave: raise, until: { share: 1 / 2 } },
      { enter: [raise, 'raise/show'], step, until: { share: 1 / 2 } },
    ]);
    await both.learner.fit(x, y, { epochs: 2 });
    expect(kept(both, 'height'), 'from 1, raised twice').toBe(3);
  });

  test('what was raised and what was counted come back with a checkpoint', async () => {
    const stages: Stage[] = [{ enter: { raise: 'raised' }, step, leave: ['left', 'raise/show'], until: { share: 1 } }];
    const [first, other] = [await learnerOf(stages), await learnerOf(stages)];
    const [{ learner }, { learner: loaded }] = [first, other];
    await learner.fit(x, y);
    loaded.restore(learner.save());
    for (const each of [learner, loaded]) await each.fit(x, y);
    expect(kept(other, 'height')).toBe(2 + 3);
    expect(loaded.save()).toEqual(learner.save());
  });
});
