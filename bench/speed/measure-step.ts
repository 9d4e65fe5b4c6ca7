// The training-step benchmark: every contender takes ten steps from the same weights on the same batches; only if their
// losses agree are they timed, in turns.

import { type Batch, randomBatches, stepCaseName } from './cases.ts';
import { type Cannot, type Contender, reasonOf, type StepCase, type StepRunner } from './contender.ts';
import { measure, usualPatience } from '../shared/measure.ts';
import { buildNetwork, ends } from './network.ts';

/** One line of `bench step --json`; null where the contender cannot take the step. */
export interface StepRow {
  readonly case: string;
  readonly who: string;
  /** Median of one step. */
  readonly ms: number | null;
  /** Of the tenth step, before its update. */
  readonly loss: number | null;
  readonly minMs: number | null;
  /** Interquartile range over the median. */
  readonly spread: number | null;
  readonly bytes: number | null;
  readonly flops: number | null;
  readonly cannot?: string;
}

export class LossMismatchError extends Error {
  override name = 'LossMismatchError';
}

interface Entrant {
  readonly who: string;
  readonly runner: StepRunner;
  readonly losses: readonly number[];
}

const SEED = 1;
const BATCHES = 8;
const VALIDATION_STEPS = 10;
const TOLERANCE = 1e-3;

/**
 * The rows of one case, in the order of the contenders.
 * @throws LossMismatchError if two contenders that start alike do not learn alike.
 */
export async function measureStep(
  contenders: readonly Contender[],
  stepCase: StepCase,
  patience = usualPatience,
): Promise<StepRow[]> {
  const layers = buildNetwork(stepCase.network, SEED);
  const { inputs, classes } = ends(layers);
  const batches = randomBatches(BATCHES, stepCase.batch, inputs, classes, SEED);

  const results: (Entrant | (Cannot & { who: string }))[] = [];
  const alike = new Set<string>();
  for (const { name, step, ownRule } of contenders) {
    if (step) results.push(await enter(name, () => step(stepCase, layers), batches));
    if (!ownRule) alike.add(name);
  }
  const entrants = results.filter((result): result is Entrant => 'runner' in result);
  compareLosses(entrants.filter(({ who }) => alike.has(who)));

  const timings = await measure(
    entrants.map(({ runner }) => ({ activate: runner.activate, call: cycle(runner, batches) })),
    patience,
  );
  for (const { runner } of entrants) runner.dispose();

  const name = stepCaseName(stepCase);
  return results.map((result) => {
    if ('cannot' in result)
      return { case: name, ms: null, loss: null, minMs: null, spread: null, bytes: null, flops: null, ...result };
    const { medianMs, minMs, spread } = timings[entrants.indexOf(result)];
    const { who, losses, runner } = result;
    const { bytes = null, flops = null } = runner;
    const loss = losses[VALIDATION_STEPS - 1];
    return { case: name, who, ms: medianMs, loss, minMs, spread, bytes, flops };
  });
}

/** Starts a contender and has it take the validation steps; an error on the way is why it cannot. */
async function enter(who: string, start: () => Promise<StepRunner | Cannot>, batches: readonly Batch[]) {
  try {
    const runner = await start();
    if ('cannot' in runner) return { who, ...runner };
    const step = cycle(runner, batches);
    const losses: number[] = [];
    while (losses.length < VALIDATION_STEPS) losses.push(await step());
    return { who, runner, losses };
  } catch (error) {
    return { who, cannot: reasonOf(error) };
  }
}

/** Steps on one batch after the other, over and over. */
function cycle(runner: StepRunner, batches: readonly Batch[]): () => number | Promise<number> {
  let next = 0;
  return () => {
    const { x, y } = batches[next];
    next = (next + 1) % batches.length;
    return runner.step(x, y);
  };
}

function compareLosses([first, ...others]: readonly Entrant[]): void {
  for (const { who, losses } of others) {
    losses.forEach((loss, index) => {
      const expected = first.losses[index];
      if (Math.abs(loss - expected) <= TOLERANCE * Math.abs(expected)) return;
      throw new LossMismatchError(`step ${index + 1}: ${who} has loss ${loss}, ${first.who} has ${expected}`);
    });
  }
}
