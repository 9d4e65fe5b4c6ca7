// `onward reproduce neurosim`: NeuroSim's own benchmark on devices of any profile, beside what its manual prints, or,
// of as few samples as it was run for, what the simulator itself gives. Exit code 1 where a row is more than three
// points off and no cause is named.

import { accessResistanceOf, benchmark, printed, SIMULATED } from '../../../bench/devices/neurosim.ts';
import { deviationOf, meanOf } from '../../../bench/shared/spread.ts';
import { defineCommand, jsonOption, printJson } from '../../command.ts';
import { chooseProfile } from '../../profiles/choose-profile.ts';
import { describeWear, type Wear, wearOf } from '../../profiles/wear.ts';
import { readNumber, readWhole } from '../../read-value.ts';
import { table, thousands } from '../../table.ts';

const SOFTWARE = 'software';
/** Points that a row may be off. */
const WITHIN = 3;
const [SAMPLES, SEEDS] = [1_000_000, 3];

export const neurosim = defineCommand({
  name: 'reproduce neurosim',
  options: {
    profile: {
      type: 'string',
      multiple: true,
      value: '<name>',
      about: `of the devices (onward profiles), its file, or ${SOFTWARE}; default: all that are printed`,
    },
    seeds: { type: 'string', value: '<n>', about: `default ${SEEDS}` },
    samples: {
      type: 'string',
      value: '<n>',
      about: `default ${thousands(SAMPLES)}, as printed, minutes a seed; ${thousands(SIMULATED)}: as the simulator ran`,
    },
    'access-resistance': {
      type: 'string',
      value: '<ohm>',
      about: 'in series with each device as it is read; default: 15000 as in the simulator, but for FeFETs and GST 0',
    },
    ...jsonOption,
  },
  async run({ profile: words = Object.keys(printed), 'access-resistance': ohm, json = false, ...told }) {
    const { seeds: asked, samples: given } = told;
    const seeds = readWhole('seeds', asked) ?? SEEDS;
    const samples = readWhole('samples', given) ?? SAMPLES;
    const devices = words.map((word) => (word === SOFTWARE ? null : chooseProfile('profile', word, [SOFTWARE])));
    const series = readNumber('access-resistance', ohm);
    const rows: Row[] = [];
    for (const profile of devices) {
      const accessResistance = accessResistanceOf(profile, series);
      const accuracies: number[] = [];
      let wear: Wear | null = null;
      for (let seed = 1; seed <= seeds; seed++) {
        const { accuracy, weights } = await benchmark(profile, samples, seed, accessResistance);
        accuracies.push(accuracy);
        wear = wearOf(weights, profile ?? undefined);
        console.error(`${profile?.name ?? SOFTWARE}, seed ${seed}: ${accuracy.toFixed(2)} %`);
      }
      rows.push({ accessResistance, ...judge(profile?.name ?? SOFTWARE, samples, accuracies, wear) });
    }
    if (json) printJson({ samples, seeds, ...mapping, rows });
    else console.log(describe(rows, samples, seeds));
    if (rows.some(({ holds }) => holds === false)) process.exitCode = 1;
  },
});

const mapping = { mapping: 'weights from -1 to 1', first: 'whole thirds from -1 to 1, drawn by the seed' };

interface Row extends Judged {
  /** In ohm. */
  readonly accessResistance: number;
}

interface Judged {
  readonly profile: string;
  /** In percent. */
  readonly accuracies: readonly number[];
  readonly mean: number;
  readonly spread: number | null;
  /** Null where nothing is printed, and so nothing holds. */
  readonly published: number | null;
  /** What the simulator itself gives of so few samples. */
  readonly simulated: number | null;
  readonly holds: boolean | null;
  /** Of a row that is off. */
  readonly cause: string | null;
  /** Of the last seed. */
  readonly wear: Wear | null;
}

function judge(profile: string, samples: number, accuracies: readonly number[], wear: Wear | null): Judged {
  const mean = meanOf(accuracies);
  const { accuracy: published = null, simulated = null, cause: other = null } = printed[profile] ?? {};
  const isShort = samples === SIMULATED;
  const beside = isShort ? simulated : published;
  const isNear = beside !== null && Math.abs(mean - beside) <= WITHIN;
  const itself =
    simulated === null ? null : `the simulator itself gives ${simulated.toFixed(1)} after ${thousands(SIMULATED)}`;
  const cause = other ?? (isShort ? null : itself);
  return {
    profile,
    accuracies,
    mean,
    spread: deviationOf(accuracies),
    published,
    simulated,
    holds: beside === null ? null : isNear || cause !== null,
    cause: isNear ? null : cause,
    wear,
  };
}

const describe = (rows: readonly Row[], samples: number, seeds: number): string =>
  [
    `${thousands(samples)} samples, seeds 1 to ${seeds}; ${mapping.mapping}; first weights: ${mapping.first}`,
    table(
      ['device', 'kOhm', 'test', 'published', 'simulator', 'holds', 'pulses of the last seed'],
      rows.map(({ profile, accessResistance, mean, spread, published, simulated, holds, cause, wear }) => [
        profile,
        `${accessResistance / 1000}`,
        `${mean.toFixed(2)} %${spread === null ? '' : ` ± ${spread.toFixed(2)}`}`,
        published === null ? 'nothing' : `${published} %`,
        simulated === null ? '' : `${simulated.toFixed(1)} %`,
        holds === null ? '' : holds ? (cause ?? 'yes') : 'no',
        wear === null ? '' : describeWear(wear),
      ]),
    ),
  ].join('\n');
