// `npx tsx bench/devices/rules.ts [PROFILE...] [--seeds 3] [--write]`: how each rule learns where weights are
// conductances of each device: MNIST, 3,000 training images twice over (under Forward-Forward, by Adam, and zeroth
// order with its last layer by backpropagation, eight times), a perceptron of 32 hidden neurons (a spiking one under
// SLTT), and floats as the control of every rule. The rate of each rule and device is the best of three on 1,000 other
// training images under seed 0; what is told is the mean and the deviation of the test accuracy over the seeds. Pulses
// are rounded stochastically for all, so that rows differ by the device alone. `--write` keeps each row in
// docs/device-rules.md as it is done.
//
// Exits with 1 where a control, f32, does not learn. Data come from $ONWARD_DATA; some two minutes for each device.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  adam,
  backprop,
  dense,
  drtp,
  f32,
  forwardForward,
  lif,
  monoForward,
  type NetworkSpec,
  profiles,
  rate,
  type Rule,
  sequential,
  sgd,
  sltt,
  type Storage,
  synapse,
  tpsgd,
  zerothOrder,
} from '../../src/index.ts';
import { root } from '../../tools/bundle.ts';
import { markdownTable } from '../shared/markdown.ts';
import { partOf, withPart } from '../shared/marked.ts';
import { deviationOf, meanOf } from '../shared/spread.ts';
import { accuracyOf, firstOfMnist, tuned } from './trial.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
});
const COMMAND = 'npx tsx bench/devices/rules.ts --write';
const page = join(root, 'docs/device-rules.md');
const [IMAGES, JUDGES, BATCH, HIDDEN] = [3000, 1000, 16, 32];
/** Of what learns slowly. */
const [PASSES, MANY] = [2, 8];

interface Subject {
  readonly network: NetworkSpec;
  rule(rate: number): Rule;
  readonly rates: readonly [number, number, number];
  /** Default: two. */
  readonly passes?: number;
  /** What the control reaches at least, in percent. */
  readonly least: number;
}

const perceptron = (activation: 'relu' | 'tanh'): NetworkSpec =>
  sequential([784], [dense(HIDDEN, { activation }), dense(10)]);
const spiking = sequential([784], [rate(), dense(HIDDEN), lif({ decay: 0.9 }), dense(10)], {
  steps: 5,
  input: 'still',
});
const falling = (rate: number) => ({ optimizer: sgd(rate, { schedule: 'linear' }) });

const subjects: Readonly<Record<string, Subject>> = {
  backprop: { network: perceptron('relu'), rule: (r) => backprop(falling(r)), rates: [0.03, 0.1, 0.3], least: 85 },
  tpsgd: { network: perceptron('tanh'), rule: (r) => tpsgd(falling(r)), rates: [0.03, 0.1, 0.3], least: 75 },
  drtp: { network: perceptron('tanh'), rule: (r) => drtp(falling(r)), rates: [0.01, 0.03, 0.1], least: 75 },
  monoForward: {
    network: perceptron('relu'),
    rule: (r) => monoForward(falling(r)),
    rates: [0.03, 0.1, 0.3],
    least: 80,
  },
  forwardForward: {
    network: perceptron('relu'),
    rule: (r) => forwardForward({ optimizer: adam(r, { schedule: 'linear' }), threshold: 1 }),
    rates: [0.001, 0.003, 0.01],
    passes: MANY,
    least: 65,
  },
  sltt: { network: spiking, rule: (r) => sltt(falling(r)), rates: [0.03, 0.1, 0.3], least: 75 },
  zerothOrder: {
    network: perceptron('relu'),
    rule: (r) => zerothOrder({ ...falling(r), last: 1 }),
    rates: [0.01, 0.03, 0.1],
    passes: MANY,
    least: 65,
  },
};

const data = firstOfMnist(IMAGES, JUDGES);

interface Cell {
  readonly rate: number;
  readonly mean: number;
  readonly deviation: number;
}

async function cellOf(subject: Subject, storage: Storage): Promise<Cell> {
  const { network, rates, passes = PASSES } = subject;
  const part = await data;
  const { rate, accuracies } = await tuned(rates, Number(values.seeds), (r, seed) =>
    accuracyOf(part, { network, rule: subject.rule(r), storage, batchSize: BATCH, seed }, passes),
  );
  return { rate, mean: meanOf(accuracies), deviation: deviationOf(accuracies) ?? 0 };
}

const storages: Readonly<Record<string, Storage>> = {
  f32,
  ...Object.fromEntries(
    Object.entries(profiles).map(([name, profile]) => [name, synapse({ ...profile, pulses: 'stochastic' })]),
  ),
};
const chosen = positionals.length > 0 ? positionals : Object.keys(storages);
const unknown = chosen.find((name) => !(name in storages));
if (unknown !== undefined) throw new Error(`there is no device '${unknown}'; there are ${Object.keys(storages)}`);

/** Of the page, row by row as it stands then, so that several may write. */
function keep(row: readonly string[]): void {
  const text = readFileSync(page, 'utf8');
  const kept = new Map(
    partOf(text, COMMAND)
      .split('\n')
      .map((line) => line.slice(2, -2).split(' | '))
      .concat([[...row]])
      .map((cells) => [cells[0], cells]),
  );
  const rows = Object.keys(storages).flatMap((name) => {
    const found = kept.get(name);
    return found === undefined ? [] : [found];
  });
  writeFileSync(page, withPart(text, COMMAND, markdownTable(['device', ...Object.keys(subjects)], rows)));
}

let learns = true;
for (const name of chosen) {
  const row = [name];
  for (const subject of Object.values(subjects)) {
    const { mean, deviation, rate } = await cellOf(subject, storages[name]);
    if (name === 'f32' && mean < subject.least) learns = false;
    row.push(`${mean.toFixed(1)} +- ${deviation.toFixed(1)} (${rate})`);
  }
  console.log(row.join('  '));
  if (values.write) keep(row);
}
process.exitCode = learns ? 0 : 1;
