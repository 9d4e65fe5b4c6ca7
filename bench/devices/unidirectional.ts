// `npx tsx bench/devices/unidirectional.ts [--seeds 3] [--json]`: the three claims of Lim et al. (arXiv 1707.06381) as
// curves, on MNIST: 6,000 training images three times over, 784-64-10 by backpropagation, batches of 16, test accuracy
// over the seeds, the better of two rates on 1,000 other training images:
//
//   range          a linear device of more and more states comes within 2 points of floats
//   nonlinearity   the more its response bends, the more a pair that only rises gains on one device that rises and
//                  falls
//   variation      what devices' labels differ by costs the pair at most 3 points
//
// Exits with 1 where one does not hold. Data come from $ONWARD_DATA; some ten minutes.

import { parseArgs } from 'node:util';
import { backprop, dense, f32, type Profile, sequential, sgd, type Storage, synapse } from '../../src/index.ts';
import { accuracyOf, firstOfMnist, tuned } from './trial.ts';
import { tellRows } from '../shared/verdict.ts';
import { meanOf } from '../shared/spread.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
});
const [IMAGES, JUDGES, PASSES, BATCH] = [6000, 1000, 3, 16];
const RATES = [0.1, 0.3];
const network = sequential([784], [dense(64, { activation: 'relu' }), dense(10)]);

interface Bend {
  readonly label: number;
  readonly levels?: number;
  readonly spread?: number;
}

const profile = (arrangement: Profile['arrangement'], { label, levels = 64, spread = 0 }: Bend): Profile => ({
  name: 'bent',
  title: 'a device of some nonlinearity',
  source: 'this bench',
  model: 'exponential',
  constants: { up: label, down: -label, levelsUp: levels, levelsDown: levels, cycle: 0.01, spread },
  arrangement,
});
const storageOf = (arrangement: 'single' | 'pair', bend: Bend): Storage => synapse(profile(arrangement, bend));

const data = firstOfMnist(IMAGES, JUDGES);

async function reachedWith(storage: Storage): Promise<number> {
  const part = await data;
  const { accuracies } = await tuned(RATES, Number(values.seeds), (rate, seed) => {
    const rule = backprop({ optimizer: sgd(rate, { schedule: 'linear' }) });
    return accuracyOf(part, { network, rule, storage, batchSize: BATCH, seed }, PASSES);
  });
  return meanOf(accuracies);
}

interface Row {
  readonly claim: string;
  readonly points: readonly (readonly [x: string, accuracies: Readonly<Record<string, number>>])[];
  readonly holds: boolean;
}

const STRAIGHT = 0.02;

async function* rows(): AsyncGenerator<Row> {
  const software = await reachedWith(f32);
  const range: [string, Record<string, number>][] = [];
  for (const levels of [16, 64, 256]) {
    range.push([
      `${levels} states`,
      { single: await reachedWith(storageOf('single', { label: STRAIGHT, levels })), software },
    ]);
  }
  yield {
    claim: 'range',
    points: range,
    holds: software - range[2][1].single < 2 && range[2][1].single >= range[0][1].single,
  };

  const bends: [string, Record<'single' | 'pair', number>][] = [];
  for (const label of [STRAIGHT, 1.5, 3, 6]) {
    const [single, pair] = [
      await reachedWith(storageOf('single', { label })),
      await reachedWith(storageOf('pair', { label })),
    ];
    bends.push([`label ${label}`, { single, pair }]);
  }
  const gains = bends.map(([, { single, pair }]) => pair - single);
  yield { claim: 'nonlinearity', points: bends, holds: gains[3] > 0 && gains[3] > gains[0] };

  const spreads: [string, Record<'single' | 'pair', number>][] = [];
  for (const spread of [0, 0.5, 1]) {
    const bend = { label: 2.4, spread };
    spreads.push([
      `spread ${spread}`,
      { single: await reachedWith(storageOf('single', bend)), pair: await reachedWith(storageOf('pair', bend)) },
    ]);
  }
  yield { claim: 'variation', points: spreads, holds: spreads[0][1].pair - spreads[2][1].pair <= 3 };
}

await tellRows(
  rows(),
  ({ claim, points, holds }) =>
    [
      `${claim}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
      ...points.map(([x, accuracies]) => {
        const told = Object.entries(accuracies).map(([name, accuracy]) => `${name} ${accuracy.toFixed(2)} %`);
        return `  ${x.padEnd(12)} ${told.join('   ')}`;
      }),
    ].join('\n'),
  values.json,
);
