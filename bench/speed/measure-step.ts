// The training-step benchmark: every contender takes ten steps from the same weights on the same batches; only if their
// losses agree are they timed, each between blocks of the first one that takes part: the control.

import { type Batch, randomBatches, stepCaseName } from './cases.ts';
import { type Cannot, type Contender, reasonOf, type StepCase, type StepRunner } from './contender.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { sampleShape } from '../../src/layers/network.ts';
import { measurePairs, usualPatience } from '../shared/measure.ts';
import { buildNetwork, ends, type Layer } from './network.ts';

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
  /** Of the control's time, in interleaved pairs, and of its floating-point operations. */
  readonly timeRatio: number | null;
  readonly flopsRatio: number | null;
  /** The control was not as fast in front of it as behind it: the ratio shows little. */
  readonly noisy: boolean | null;
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
  const layers = stepCase.timed === undefined ? buildNetwork(stepCase.network, SEED) : [];
  const { inputs, classes } = endsOf(stepCase, layers);
  const batches = randomBatches(BATCHES, stepCase.batch, inputs, classes, SEED);

  const results: (Entrant | (Cannot & { who: string }))[] = [];
  const alike = new Set<string>();
  for (const { name, step, ownRule, takesTime } of contenders) {
    if (stepCase.timed && step && !takesTime) results.push({ who: name, cannot: 'takes no network with time here' });
    else if (step) results.push(await enter(name, () => step(stepCase, layers), batches));
    if (!ownRule) alike.add(name);
  }
  const entrants = results.filter((result): result is Entrant => 'runner' in result);
  compareLosses(entrants.filter(({ who }) => alike.has(who)));

  const timings = await measurePairs(
    entrants.map(({ runner }) => ({ activate: runner.activate, call: cycle(runner, batches) })),
    patience,
  );
  for (const { runner } of entrants) runner.dispose();

  const name = stepCaseName(stepCase);
  return results.map((result) => {
    if ('cannot' in result) return { case: name, ...UNMEASURED, ...result };
    const { medianMs, minMs, spread, ratio, noisy } = timings[entrants.indexOf(result)];
    const { who, losses, runner } = result;
    const { bytes = null, flops = null } = runner;
    const { flops: wanted } = entrants[0].runner;
    return {
      ...{ case: name, who, ms: medianMs, loss: losses[VALIDATION_STEPS - 1], minMs, spread, bytes, flops },
      ...{ timeRatio: ratio, flopsRatio: flops === null || wanted === undefined ? null : flops / wanted, noisy },
    };
  });
}

const UNMEASURED = {
  ...{ ms: null, loss: null, minMs: null, spread: null, bytes: null, flops: null },
  ...{ timeRatio: null, flopsRatio: null, noisy: null },
};

function endsOf({ timed }: StepCase, layers: readonly Layer[]): ReturnType<typeof ends> {
  if (timed === undefined) return ends(layers);
  return { inputs: elementsOf(sampleShape(timed)), classes: timed.outputShape[0] };
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
