// `onward train`: learns a data set, shows how well after each epoch, saves what was learned.

import { DivergenceError, formatBytes, type Judgement, type Standardization } from '../../src/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { activityOf, describeActivity, type Activity } from '../activity.ts';
import { begin } from '../begin.ts';
import { dataOptions, type Task } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { networkOptions } from '../choose-network.ts';
import { ruleOption, ruleOptions } from '../choose-rule.ts';
import { runOptions, standardizeOption } from '../choose-run.ts';
import { figuresOf, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { describeWorkers } from '../in-workers.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { memoryRow, type MemoryRow, touched } from '../measure-memory.ts';
import { openOutput } from '../output.ts';
import { describeWear, type Wear, wearOf } from '../profiles/wear.ts';
import { toMetadata, requantizeOption } from '../recall.ts';
import { counted, decimals, pairs, percent, seconds, thousands } from '../table.ts';
import { train as learn, type Outcome } from '../training.ts';

export const train = defineCommand({
  name: 'train',
  options: {
    ...dataOptions,
    ...fileOptions,
    ...networkOptions,
    rule: ruleOption,
    ...ruleOptions,
    ...taskOptions,
    epochs: { type: 'string', value: '<n>', about: 'default 5; of few samples more, up to 200' },
    workers: {
      type: 'string',
      value: '<n>',
      about: 'in which the units learn, under a rule whose units do not wait for each other; default 1',
    },
    ...runOptions,
    ...standardizeOption,
    save: { type: 'string', value: '<file>', about: 'writes a checkpoint at the end, after Ctrl-C too' },
    restore: { type: 'string', value: '<file>', about: 'continues from a checkpoint' },
    ...requantizeOption,
    ...jsonOption,
  },
  async run(given) {
    const { save, json } = given;
    const output = save === undefined ? null : await openOutput('save', save);
    const trainee = await begin(given);
    const { learner, shared, task, learned, epochs, values } = trainee;
    const keep = async (): Promise<Saved | undefined> => {
      if (save === undefined || output === null) return undefined;
      const bytes = learner.save({ metadata: toMetadata(save, values, task.layout) });
      return { path: await output.write(bytes), bytes: bytes.length };
    };
    const signal = interruptSignal();
    const begun = learner.epochs;
    const { fit } = shared ?? {};
    const outcome = await learn(learner, task, { epochs, learned, signal, fit }).catch(async (error: unknown) => {
      const kept = error instanceof DivergenceError && learner.epochs > begun + 1 ? await keep() : undefined;
      if (kept !== undefined) console.error(`what was learned before it diverged is in ${kept.path}`);
      throw error;
    });
    if (outcome.interrupted) process.exitCode = exitCodeOf(signal);
    const saved = await keep();
    const activity = await activityOf({ ...trainee, task: learned }, learner, task.held);
    const told = { activity, wear: wearOf(learner.storedWeights(), trainee.profile), saved };
    if (json) printJson({ ...resultOf(trainee, outcome, told), ...activity });
    else console.log(describe(trainee, outcome, told));
  },
});

interface Saved {
  readonly path: string;
  readonly bytes: number;
}

/** What is told beside the outcome. */
interface Told {
  readonly activity: Activity | null;
  readonly wear: Wear | null;
  readonly saved: Saved | undefined;
}

type Trainee = Awaited<ReturnType<typeof begin>>;
type Ended = Outcome<Judgement>;

const resultOf = ({ learner, shared, task, learned, rule, word }: Trainee, outcome: Ended, { wear, saved }: Told) => ({
  rule: rule.name,
  network: word,
  storage: learner.compiled.storage,
  data: task.name,
  epochs: outcome.epochsDone,
  seed: learner.seed,
  task: learned.kind,
  ...figuresOf(outcome.evaluation),
  seconds: Number(outcome.seconds.toFixed(3)),
  memory: memoryRow(learner),
  wear: wear ?? undefined,
  workers: shared?.plan() ?? undefined,
  weightHash: learner.weightHash(),
  judgedBy: task.judgedBy,
  interrupted: outcome.interrupted,
  saved: saved?.path,
});

function describe(
  { learner, shared, task, rule, network, word }: Trainee,
  outcome: Ended,
  { activity, wear, saved }: Told,
): string {
  const { compiled } = learner;
  const memory = memoryRow(learner);
  const plan = shared?.plan() ?? null;
  const [learned, judging] = [task.train, task.held].map(({ count }) => thousands(count));
  return pairs([
    ['rule', `${rule.name}, ${memory.optimizer}`],
    ['network', `${word}, ${thousands(network.parameterCount)} parameters, kept as ${compiled.storage}`],
    ['data', `${task.name}, ${learned} to learn from, ${judging} to be judged by`],
    ['judged', `${describeFigures(figuresOf(outcome.evaluation))} ${describeJudge(outcome, task)}`],
    ...(activity === null ? [] : [['activity', describeActivity(activity)] as const]),
    ['samples', describeStandardization(learner.standardization, task.train)],
    ['learning', `${counted(outcome.epochsDone, 'epoch')}, ${seconds(outcome.seconds)} on ${compiled.features}`],
    plan === null ? ['memory', describeMemory(memory)] : ['workers', describeWorkers(plan)],
    ...(wear === null ? [] : [['pulses', describeWear(wear)] as const]),
    ['weights', learner.weightHash()],
    ...(saved === undefined ? [] : [['saved', `${saved.path}, ${formatBytes(saved.bytes)}`] as const]),
  ]);
}

const describeStandardization = ({ input, target }: Standardization, { inputs }: Dataset): string =>
  [
    input === null
      ? inputs instanceof Uint8Array
        ? 'pixels'
        : 'as they are'
      : `standardised, columns: ${input.mean.length}`,
    ...(target === null ? [] : ['values to learn too']),
  ].join(', ');

const describeFigures = ({ accuracy, ...others }: Readonly<Record<string, number>>): string =>
  [
    ...(accuracy === undefined ? [] : [percent(accuracy, 2)]),
    ...Object.entries(others).map(([name, value]) => `${name} ${decimals(value)}`),
  ].join(', ');

const describeJudge = ({ epochsDone, interrupted }: Ended, { judgedBy }: Task<Dataset>): string =>
  `on the ${judgedBy} set${interrupted ? `, interrupted after ${epochsDone} whole epochs` : ''}`;

const describeMemory = (row: MemoryRow): string =>
  `${thousands(row.plannedBytes)} bytes planned, touched ${touched(row)}, ${row.pages} pages`;
