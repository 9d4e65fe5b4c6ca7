// `npx tsx bench/speed/one-sample.ts [--json]`: a tpSGD step beside the control's on the benchmark's convolutional
// network, one sample at a time, by turns; of each the fastest block, as a busy machine only adds. Exits with 1 where
// it takes more than 1.15 times as long.

import { stepCases } from './cases.ts';
import { contenders } from './contenders/index.ts';
import { measureStep } from './measure-step.ts';
import { usualPatience } from '../shared/measure.ts';

const LIMIT = 1.15;
const WHO = ['onward', 'onward-tpsgd'];

const convolutional = stepCases.find(({ network, batch }) => network.includes('c') && batch === 1)!;
const own = contenders.filter(({ name }) => WHO.includes(name));
const [control, tpsgd] = await measureStep(own, convolutional, { ...usualPatience, rounds: 100 });
const ratio = (tpsgd.minMs ?? Number.NaN) / (control.minMs ?? Number.NaN);
if (process.argv.includes('--json')) console.log(JSON.stringify({ limit: LIMIT, ratio, rows: [control, tpsgd] }));
else {
  for (const { case: name, who, minMs } of [control, tpsgd]) {
    console.log(`${name}  ${who.padEnd(14)}${minMs?.toFixed(3)} ms`);
  }
  console.log(`${ratio.toFixed(3)} times the control's, wanted at most ${LIMIT}`);
}
process.exitCode = ratio <= LIMIT ? 0 : 1;
