// `npx tsx bench/speed/workers.ts [rule ...] [--json] [--rounds 5]`: what two workers gain over one, for rules whose
// units do not wait for each other. A round fits the same samples in one worker, in two that share the units out, in
// two that learn all of it each, and in one again. Of the rounds, medians:
//
//   speedup   time in one worker / time in two that share the units out
//   ideal     the work of all units / that of the worker with most, by their floating-point operations: what a rule by
//             layers is judged beside, in which each takes the output of the one in front
//   copies    2 x time in one worker / time of two learners that have nothing to do with each other: what a rule by
//             blocks that take nothing from each other is judged beside
//
// An epoch is of 10,240 samples: what it costs besides, as weights go to the other worker and come back, is in it.
//
// The run is noisy where one worker takes more than 10 % longer, or less, at the end of the rounds than at their
// beginning: then it shows nothing. Ends with exit code 1 where a row does not hold, or is noisy.

import { parseArgs } from 'node:util';
import { rules } from '../../src/forward-only/index.ts';
import { dense, sequential, sgd, type NetworkSpec, type Optimizer, type Rule } from '../../src/index.ts';
import { createParallelLearner } from '../../src/parallel/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';
import { isNoisy } from '../shared/noisy.ts';
import { uniform } from '../shared/random.ts';
import { medianOf } from '../shared/spread.ts';
import { tellRows } from '../shared/verdict.ts';

const [BATCH, STEPS, CLASSES] = [64, 160, 10];

const perceptron = (...hidden: readonly number[]): NetworkSpec =>
  sequential([784], [...hidden.map((units) => dense(units, { activation: 'relu' })), dense(CLASSES)]);

interface Trial {
  readonly network: NetworkSpec;
  /** What is judged beside, and the share of it that is wanted. */
  readonly beside: 'ideal' | 'copies';
  readonly wanted: number;
}

const layers: Trial = { network: perceptron(1024, 768), beside: 'ideal', wanted: 0.85 };
const trials: Readonly<Record<string, Trial>> = {
  noprop: { network: perceptron(256), beside: 'copies', wanted: 0.9 },
  tpsgd: layers,
  drtp: layers,
  monoForward: layers,
};

interface Row {
  readonly rule: string;
  readonly speedup: number;
  readonly ideal: number;
  readonly copies: number;
  readonly beside: Trial['beside'];
  readonly wanted: number;
  readonly noisy: boolean;
  readonly holds: boolean;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' } },
});
const made = rules as Readonly<Record<string, (options: { readonly optimizer: Optimizer }) => Rule>>;
const names = Object.keys(trials).filter((name) => name in made);
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`there is no row '${unknown}', wanted ${names.join(', ')}`);
  process.exit(2);
}
await tellRows(measureAll(positionals.length > 0 ? positionals : names), describe, values.json);

async function* measureAll(chosen: readonly string[]): AsyncGenerator<Row> {
  for (const name of chosen) yield await measure(name, trials[name]);
}

async function measure(name: string, { network, beside, wanted }: Trial): Promise<Row> {
  const options = { network, rule: made[name]({ optimizer: sgd(0.001) }), batchSize: BATCH, standardize: false };
  const shared = await createParallelLearner({ ...options, workers: 2 });
  const copies = [await createWorkerLearner(options), await createWorkerLearner(options)];
  const next = uniform(1);
  const x = Float32Array.from({ length: BATCH * STEPS * 784 }, next);
  const y = Int32Array.from({ length: BATCH * STEPS }, () => Math.floor(CLASSES * next()));
  const learn = (learner: Pick<typeof shared, 'fit'>): Promise<unknown> => learner.fit(x, y, { epochs: 2 });
  const times = { before: [] as number[], shared: [] as number[], copies: [] as number[], after: [] as number[] };
  for (const learner of [shared, ...copies]) await learn(learner);
  for (let round = 0; round < Number(values.rounds); round++) {
    times.before.push(await timed(() => learn(copies[0])));
    times.shared.push(await timed(() => learn(shared)));
    times.copies.push(await timed(() => Promise.all(copies.map(learn))));
    times.after.push(await timed(() => learn(copies[0])));
  }
  const one = times.before.map((before, round) => (before + times.after[round]) / 2);
  const gain = (of: readonly number[], work: number): number =>
    medianOf(one.map((time, round) => (work * time) / of[round]));
  const ideal = 1 / Math.max(...shared.plan.workers.map(({ work }) => work));
  const reached = { speedup: gain(times.shared, 1), ideal, copies: gain(times.copies, 2) };
  const noisy = isNoisy(medianOf(times.before), medianOf(times.after));
  const holds = !noisy && reached.speedup >= wanted * reached[beside];
  for (const learner of [shared, ...copies]) await learner.dispose();
  return { rule: name, ...reached, beside, wanted, noisy, holds };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function describe({ rule, speedup, ideal, copies, beside, wanted, noisy, holds }: Row): string {
  const numbers = `${speedup.toFixed(2)} x in two workers; ideal ${ideal.toFixed(2)}, two copies ${copies.toFixed(2)}`;
  const share = speedup / { ideal, copies }[beside];
  const verdict = noisy ? 'noisy' : holds ? 'holds' : 'does not hold';
  return `${rule.padEnd(12)} ${numbers}: ${share.toFixed(3)} of ${beside}, wanted ${wanted}: ${verdict}`;
}
