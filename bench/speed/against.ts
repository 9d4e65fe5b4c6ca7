// This checkout against another one, in one process and by turns, so that a machine that slows down slows both:
//
//   npx tsx bench/speed/against.ts ../other-checkout [--json] [--seconds 4] [--slower 1.03]
//
// For each case of `bench step` without time, and each rule that both have: the processor time of a step here over that
// there, as the median over pairs of blocks, and the planned bytes of both. Ends with exit code 1 where a step here is
// slower than the bound, or the control plans more bytes.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNetwork, ends } from './network.ts';
import { randomBatches, stepCaseName, stepCases, type Batch } from './cases.ts';
import type { StepCase } from './contender.ts';

/** What is used of a checkout's public API; it has been the same in every edition. */
interface Edition {
  createLearner(options: Record<string, unknown>): Promise<Subject>;
  sequential(inputShape: readonly number[], layers: unknown[]): unknown;
  sgd(rate: number): unknown;
  readonly [name: string]: unknown;
}

interface Subject {
  trainOnBatch(x: Float32Array, y: Int32Array): { readonly loss: number };
  memory(): { readonly plannedBytes: number };
}

interface Row {
  readonly network: string;
  readonly rule: string;
  /** Time of a step here over the time there; median of the pairs. */
  readonly ratio: number;
  readonly bytes: readonly [here: number, there: number];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, seconds: { type: 'string' }, slower: { type: 'string' } },
});
const [other] = positionals;
if (other === undefined || !existsSync(join(other, 'src/index.ts'))) {
  console.error(`there is no checkout at '${other ?? ''}', wanted: npx tsx bench/speed/against.ts ../other-checkout`);
  process.exit(2);
}
const seconds = Number(values.seconds ?? 4);
const bound = Number(values.slower ?? 1.03);

const load = (root: string): Promise<Edition> => import(pathToFileURL(join(resolve(root), 'src/index.ts')).href);
const editions = [await load(join(import.meta.dirname, '../..')), await load(other)];
const rules = ['backprop', 'tpsgd', 'drtp'];
const rows: Row[] = [];
for (const stepCase of stepCases.filter(({ timed }) => timed === undefined)) {
  const { inputs, classes } = ends(buildNetwork(stepCase.network, 1));
  const [batch] = randomBatches(1, stepCase.batch, inputs, classes, 1);
  for (const rule of rules) {
    const subjects = await Promise.all(editions.map((edition) => subjectOf(edition, stepCase, rule)));
    const bytes = subjects.map((subject) => subject.memory().plannedBytes) as [number, number];
    rows.push({ network: stepCaseName(stepCase), rule, ratio: compare(subjects, batch), bytes });
  }
}
const failures = rows.filter(({ ratio, rule, bytes }) => ratio > bound || (rule === 'backprop' && bytes[0] > bytes[1]));
if (values.json) console.log(JSON.stringify({ bound, rows }));
else for (const row of rows) console.log(describe(row));
process.exitCode = failures.length === 0 ? 0 : 1;

async function subjectOf(edition: Edition, { network, batch, learningRate }: StepCase, rule: string): Promise<Subject> {
  const [first] = network.split('-');
  // declared with the edition's own layers: specs of one edition mean nothing to another
  const make = (name: string, ...args: unknown[]): unknown =>
    (edition[name] as (...args: unknown[]) => unknown)(...args);
  let isFlat = !first.includes('x');
  const layers = buildNetwork(network, 1).flatMap((layer) => {
    if (layer.kind === 'conv') return [make('conv2d', layer.filters, layer.size, { activation: 'relu' })];
    if (layer.kind === 'pool') return [make('maxPool', layer.size)];
    const flattened = isFlat ? [] : [make('flatten')];
    isFlat = true;
    return [...flattened, make('dense', layer.outputs, layer.relu ? { activation: 'relu' } : {})];
  });
  return edition.createLearner({
    network: edition.sequential(first.split('x').map(Number), layers),
    rule: make(rule, { optimizer: edition.sgd(learningRate) }),
    batchSize: batch,
  });
}

/** The median over pairs of blocks of steps, each block as long as a timer needs: twenty to forty milliseconds. */
function compare([here, there]: readonly Subject[], { x, y }: Batch): number {
  const time = (subject: Subject, steps: number): number => {
    const { user } = process.cpuUsage();
    for (let step = 0; step < steps; step++) subject.trainOnBatch(x, y);
    return (process.cpuUsage().user - user) / steps;
  };
  for (const subject of [here, there]) time(subject, 30);
  let steps = 1;
  while (time(there, steps) * steps < 20_000) steps *= 2;
  const ratios: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || ratios.length < 9) {
    const swap = ratios.length % 2 === 1;
    const first = time(swap ? there : here, steps);
    const second = time(swap ? here : there, steps);
    ratios.push(swap ? second / first : first / second);
  }
  return ratios.sort((a, b) => a - b)[ratios.length >> 1];
}

function describe({ network, rule, ratio, bytes: [here, there] }: Row): string {
  const plans = `${here.toLocaleString('en')} B planned against ${there.toLocaleString('en')}`;
  return `${network.padEnd(34)}${rule.padEnd(10)}${ratio.toFixed(3)} of the time, ${plans}`;
}
