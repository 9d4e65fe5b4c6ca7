// `npx tsx bench/devices/arrays.ts [--seeds 3] [--write]`: what an array around the devices does to learning: how a
// change becomes pulses, noise of writing, converters in tiles, and bounds that are managed. MNIST, 3,000 training
// images twice over, backpropagation, a perceptron of 32 hidden neurons, and floats as the control. The rate of each
// row is the best of three on 1,000 other training images under seed 0; what is told is the mean test accuracy over the
// seeds, and the processor time over the control's. `--write` remakes docs/arrays.md.
//
// Exits with 1 where the control does not learn, where pulse trains or tiles fall two points short of what they are an
// arrangement of, and where managed bounds gain nothing. Data come from $ONWARD_DATA.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backprop,
  converters,
  dense,
  f32,
  profiles,
  pulseTrains,
  sequential,
  sgd,
  type Storage,
  synapse,
  type SynapseOptions,
} from '../../src/index.ts';
import { root } from '../../tools/bundle.ts';
import { markdownRow } from '../shared/markdown.ts';
import { accuracyOf, firstOfMnist, tuned } from './trial.ts';
import { meanOf } from '../shared/spread.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
});
const [IMAGES, JUDGES, PASSES, BATCH, HIDDEN] = [3000, 1000, 2, 16, 32];

const on = (name: string, options: SynapseOptions, writeNoise = profiles[name].writeNoise): Storage =>
  synapse({ ...profiles[name], writeNoise }, { pulses: 'stochastic', ...options });
const around = (options: Parameters<typeof converters>[0]): SynapseOptions => ({
  converters: converters({ inputBits: 8, inputBound: 4, outputBits: 8, outputBound: 16, ...options }),
});
const fixed = pulseTrains({ updateManagement: false, lengthManagement: false });

const rows: Readonly<Record<string, Storage>> = {
  'f32, the control': f32,
  'gokmen-vlasov, stochastic': on('gokmen-vlasov', {}),
  'gokmen-vlasov, nearest': on('gokmen-vlasov', { pulses: 'nearest' }),
  'gokmen-vlasov, stochastic, threshold 0.5': on('gokmen-vlasov', { threshold: 0.5 }),
  'gokmen-vlasov, sign, threshold 0.5': on('gokmen-vlasov', { pulses: 'sign', threshold: 0.5 }),
  'gokmen-vlasov, pulse trains': on('gokmen-vlasov', { pulses: pulseTrains() }),
  'gokmen-vlasov, pulse trains of 31 slots, not managed': on('gokmen-vlasov', { pulses: fixed }),
  'reram-array-om, without write noise': on('reram-array-om', {}, 0),
  'reram-array-om': on('reram-array-om', {}),
  'epiram, converters of 8 bits': on('epiram', around({})),
  'epiram, in tiles of 128 rows': on('epiram', around({ tileRows: 128 })),
  'epiram, sums bounded by 1': on('epiram', around({ outputBound: 1 })),
  'epiram, sums bounded by 1, managed': on('epiram', around({ outputBound: 1, boundManagement: 6 })),
};

const network = sequential([784], [dense(HIDDEN, { activation: 'relu' }), dense(10)]);
const part = await firstOfMnist(IMAGES, JUDGES);
const reached: Record<string, number> = {};
const lines: string[] = [];
let control = 0;
for (const [name, storage] of Object.entries(rows)) {
  const before = process.cpuUsage();
  const { rate, accuracies } = await tuned([0.03, 0.1, 0.3], Number(values.seeds), (r, seed) => {
    const rule = backprop({ optimizer: sgd(r, { schedule: 'linear' }) });
    return accuracyOf(part, { network, rule, storage, batchSize: BATCH, seed }, PASSES);
  });
  const mean = meanOf(accuracies);
  reached[name] = mean;
  const { user } = process.cpuUsage(before);
  control ||= user;
  const cells = [
    name,
    mean.toFixed(1),
    accuracies.map((a) => a.toFixed(1)).join(', '),
    rate,
    (user / control).toFixed(1),
  ];
  lines.push(markdownRow(cells));
  console.log(lines[lines.length - 1]);
}

const below = (name: string, than: string): number => reached[than] - reached[name];
const holds =
  reached['f32, the control'] >= 85 &&
  below('gokmen-vlasov, pulse trains', 'gokmen-vlasov, stochastic') < 2 &&
  below('epiram, in tiles of 128 rows', 'epiram, converters of 8 bits') < 2 &&
  below('epiram, sums bounded by 1', 'epiram, sums bounded by 1, managed') > 0;

if (values.write) {
  const about = `# Arrays of devices

What stands around devices, and how a change becomes pulses, on MNIST: ${IMAGES} training images ${PASSES} times,
backpropagation, ${HIDDEN} hidden neurons, batches of ${BATCH}; test accuracy in percent, its mean and each of
${values.seeds} seeds, the rate, which is the best of three on ${JUDGES} other training images, and the processor time
of all that over the control's. Converters, read noise, tiles and bounds stand around the forward product alone: what
is pulled back is computed exactly ([what is ideal](devices.md#what-is-ideal)).
Remade by \`npx tsx bench/devices/arrays.ts --write\`.
`;
  const table = ['| storage | mean | seeds | rate | time |', '| --- | --: | --- | --: | --: |', ...lines].join('\n');
  writeFileSync(join(root, 'docs/arrays.md'), `${about}\n${table}\n`);
}
process.exitCode = holds ? 0 : 1;
