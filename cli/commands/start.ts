// `onward start`, which is `npm start`: the memory of every rule, a short training of each, then the drawing page.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLearner, formatBytes, sgd } from '../../src/index.ts';
import { chooseData, type Task } from '../choose-data.ts';
import { chooseRules } from '../choose-rule.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { measureMemory, memoryRow, memoryTable, type MemoryRow, touched } from '../measure-memory.ts';
import { parseNetwork } from '../network-word.ts';
import { percent, seconds, table, thousands } from '../table.ts';
import { train } from '../training.ts';
import { demos, serveUntilInterrupt } from './serve.ts';

const NETWORK = '784-256-10';
const CONVOLUTION = 'c16k3same';
const BATCH = 32;
const EPOCHS = 20;
const SEED = 1;

const deepWord = (convolutions: number): string => `28x28x1-${`${CONVOLUTION}-`.repeat(convolutions)}p4-10`;

interface Result {
  readonly rule: string;
  readonly accuracy: number;
  readonly seconds: number;
  readonly memory: MemoryRow;
  readonly weightHash: string;
}

export const start = defineCommand({
  name: 'start',
  about: 'shows it all: memory of every rule, a short training of each, then the drawing page',
  options: {
    once: { type: 'boolean', about: 'ends after the tables, without serving the page' },
    ...jsonOption,
  },
  async run({ once = false, json = false }) {
    const say = (text: string): void => (json ? undefined : console.log(text));
    const memory = await measureAll(NETWORK);
    const deep = await compareDepths();
    say(`Memory of one training step, ${NETWORK}, batch ${BATCH}, SGD: planned before it, touched by it\n`);
    say(`${memoryTable(memory)}\n`);
    say(`The same for deeper networks: N convolutions (${CONVOLUTION}) on 28x28x1, batch ${BATCH}, SGD\n`);
    say(`${deepTable(deep)}\n`);
    const task = await chooseData({}, SEED);
    say(`Learning ${task.name} handwriting: ${thousands(task.train.count)} digits, ${EPOCHS} epochs, ${NETWORK}\n`);
    const signal = interruptSignal();
    const results = await trainAll(task, signal);
    say(`${resultTable(results, task)}\n`);
    if (json) printJson({ memory, deep, results });
    if (signal.aborted) process.exitCode = exitCodeOf(signal);
    if (once || signal.aborted) return;
    await serveUntilInterrupt(demos, { signal }, (address) => {
      const page = existsSync(join(demos, 'draw')) ? `${address}draw/` : address;
      console.error(`Draw digits and watch it learn: ${page} (Ctrl-C ends)`);
    });
  },
});

async function measureAll(word: string): Promise<MemoryRow[]> {
  const network = parseNetwork(word);
  const rows: MemoryRow[] = [];
  for (const rule of await chooseRules(undefined, { network }, {}, sgd())) {
    rows.push(await measureMemory({ network, rule, batchSize: BATCH }));
  }
  return rows;
}

interface Depth {
  readonly convolutions: number;
  readonly rows: readonly MemoryRow[];
}

async function compareDepths(): Promise<Depth[]> {
  const depths: Depth[] = [];
  for (const convolutions of [3, 6]) depths.push({ convolutions, rows: await measureAll(deepWord(convolutions)) });
  return depths;
}

/** What is neither a parameter nor the optimiser's: it grows with depth where a rule goes back. */
const deepTable = (depths: readonly Depth[]): string =>
  table(
    ['rule', ...depths.flatMap(({ convolutions }) => [`activations N=${convolutions}`, 'planned', 'touched'])],
    depths[0].rows.map(({ rule }, index) => [
      rule,
      ...depths.flatMap(({ rows: { [index]: row } }) => [
        formatBytes(row.byRole.activation ?? 0),
        formatBytes(row.plannedBytes),
        touched(row),
      ]),
    ]),
  );

/** Ends early, with what was done, at Ctrl-C. */
async function trainAll(task: Task, signal: AbortSignal): Promise<Result[]> {
  const network = parseNetwork(NETWORK);
  const results: Result[] = [];
  for (const rule of await chooseRules(undefined, { network })) {
    const learner = await createLearner({
      network,
      rule,
      batchSize: BATCH,
      seed: SEED,
      classes: task.train.classNames,
    });
    const outcome = await train(learner, task, { epochs: EPOCHS, signal, title: `${rule.name}  `, lines: false });
    if (outcome.interrupted) break;
    results.push({
      rule: rule.name,
      accuracy: outcome.evaluation.accuracy,
      seconds: outcome.seconds,
      memory: memoryRow(learner),
      weightHash: learner.weightHash(),
    });
  }
  return results;
}

const resultTable = (results: readonly Result[], { train: { count } }: Task): string =>
  table(
    ['rule', 'optimizer', 'accuracy', 'seconds', 'samples/s', 'planned bytes', 'touched', 'weights'],
    results.map(({ rule, accuracy, seconds: time, memory, weightHash }) => [
      rule,
      memory.optimizer,
      percent(accuracy),
      seconds(time),
      thousands(Math.round((count * EPOCHS) / time)),
      thousands(memory.plannedBytes),
      touched(memory),
      weightHash,
    ]),
  );
