// `onward start`, which is `npm start`: the drawing page, and while one draws the memory of every rule and a short
// training.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createLearner, formatBytes, sgd } from '../../src/index.ts';
import { chooseData, type Task } from '../choose-data.ts';
import { chooseRules, rulesOption } from '../choose-rule.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { measureMemory, memoryRow, memoryTable, type MemoryRow, touched } from '../measure-memory.ts';
import { parseNetwork } from '../network-word.ts';
import type { StaticServer } from '../static-server.ts';
import { percent, seconds, table, thousands } from '../table.ts';
import { train } from '../training.ts';
import { closeAt, demos, openFolder } from './serve.ts';

const NETWORK = '784-256-10';
const CONVOLUTION = 'c16k3same';
const BATCH = 32;
const EPOCHS = 20;
const SEED = 1;
/** The control, and local rules of a dense network; of the others sltt is for spikes, and zerothOrder takes longest. */
const TRAINED = ['backprop', 'tpsgd', 'drtp', 'monoForward'];

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
  options: {
    rule: { ...rulesOption, about: `trains this one; default: ${TRAINED.join(', ')}` },
    once: { type: 'boolean', about: 'ends after the tables, without serving the page' },
    ...jsonOption,
  },
  async run({ rule: rules = TRAINED, once = false, json = false }) {
    const signal = interruptSignal();
    const server = once ? null : await openFolder(demos);
    if (server !== null) announce(server);
    await measure(rules, json, signal).catch((error) => {
      if (error !== signal.reason) throw error;
    });
    if (signal.aborted) process.exitCode = exitCodeOf(signal);
    if (server !== null) await closeAt(signal, server);
  },
});

/** Prints the tables as they come. @throws the reason of the signal, before there is something to train. */
async function measure(rules: readonly string[], json: boolean, signal: AbortSignal): Promise<void> {
  const say = (text: string): void => (json ? undefined : console.log(text));
  const memory = await measureAll(NETWORK, signal);
  say(`Memory of one training step, ${NETWORK}, batch ${BATCH}, SGD: planned before it, touched by it\n`);
  say(`${memoryTable(memory)}\n`);
  const deep = await compareDepths(signal);
  say(`The same for deeper networks: N convolutions (${CONVOLUTION}) on 28x28x1, batch ${BATCH}, SGD\n`);
  say(`${deepTable(deep)}\n`);
  const task = await chooseData({}, SEED);
  say(`Learning ${task.name} handwriting: ${thousands(task.train.count)} digits, ${EPOCHS} epochs, ${NETWORK}\n`);
  const results = await trainAll(rules, task, signal);
  say(`${resultTable(results, task)}\n`);
  if (json) printJson({ memory, deep, results });
}

function announce({ address }: StaticServer): void {
  const page = existsSync(join(demos, 'draw')) ? `${address}draw/` : address;
  console.error(`Draw digits and watch it learn: ${page} (Ctrl-C ends); what it costs is measured meanwhile\n`);
}

async function measureAll(word: string, signal: AbortSignal): Promise<MemoryRow[]> {
  const network = parseNetwork(word);
  const rows: MemoryRow[] = [];
  for (const rule of await chooseRules(undefined, { network }, {}, sgd())) {
    rows.push(await measureMemory({ network, rule, batchSize: BATCH }));
    await setImmediate(); // the page is served in between
    signal.throwIfAborted();
  }
  return rows;
}

interface Depth {
  readonly convolutions: number;
  readonly rows: readonly MemoryRow[];
}

async function compareDepths(signal: AbortSignal): Promise<Depth[]> {
  const depths: Depth[] = [];
  for (const convolutions of [3, 6])
    depths.push({ convolutions, rows: await measureAll(deepWord(convolutions), signal) });
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
async function trainAll(names: readonly string[], task: Task, signal: AbortSignal): Promise<Result[]> {
  const network = parseNetwork(NETWORK);
  const results: Result[] = [];
  for (const rule of await chooseRules(names, { network })) {
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
