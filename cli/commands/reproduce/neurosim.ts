// `onward reproduce neurosim`: NeuroSim's own benchmark on devices of any profile, beside what its manual prints, or,
// of as few samples as it was run for, what the simulator itself gives. Exit code 1 where a row is not where it has to
// be; of any other number of samples nothing is judged.

import {
  accessResistanceOf,
  benchmark,
  PRINTED,
  printed,
  SIMULATED,
  type Wanted,
  wantedOf,
} from '../../../bench/devices/neurosim.ts';
import { deviationOf, meanOf } from '../../../bench/shared/spread.ts';
import { defineCommand, jsonOption, printJson } from '../../command.ts';
import { chooseProfile } from '../../profiles/choose-profile.ts';
import { describeWear, type Wear, wearOf } from '../../profiles/wear.ts';
import { readNumber, readWhole } from '../../read-value.ts';
import { table, thousands } from '../../table.ts';

const SOFTWARE = 'software';
const SEEDS = 3;

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
      about: `default ${thousands(PRINTED)}, as printed, minutes a seed; ${thousands(SIMULATED)}: as the simulator ran`,
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
    const samples = readWhole('samples', given) ?? PRINTED;
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
  /** Null where nothing is printed. */
  readonly published: number | null;
  /** What the simulator itself gives, of fewer samples than are printed. */
  readonly simulated: number | null;
  /** Null where nothing is known of so many samples, and so nothing holds. */
  readonly wanted: Wanted | null;
  readonly holds: boolean | null;
  /** Of the last seed. */
  readonly wear: Wear | null;
}

function judge(profile: string, samples: number, accuracies: readonly number[], wear: Wear | null): Judged {
  const mean = meanOf(accuracies);
  const { accuracy: published = null, simulated = null } = printed[profile] ?? {};
  const wanted = wantedOf(profile, samples);
  return {
    profile,
    accuracies,
    mean,
    spread: deviationOf(accuracies),
    published,
    simulated,
    wanted,
    holds: wanted === null ? null : wanted.least <= mean && mean <= wanted.most,
    wear,
  };
}

const describe = (rows: readonly Row[], samples: number, seeds: number): string =>
  [
    `${thousands(samples)} samples, seeds 1 to ${seeds}; ${mapping.mapping}; first weights: ${mapping.first}`,
    table(
      ['device', 'kOhm', 'test', 'published', 'simulator', 'wanted', 'holds', 'pulses of the last seed'],
      rows.map(({ profile, accessResistance, mean, spread, published, simulated, wanted, holds, wear }) => [
        profile,
        `${accessResistance / 1000}`,
        `${mean.toFixed(2)} %${spread === null ? '' : ` ± ${spread.toFixed(2)}`}`,
        published === null ? 'nothing' : `${published} %`,
        simulated === null ? '' : `${simulated.toFixed(1)} %`,
        wanted === null ? '' : `${wanted.least.toFixed(1)} to ${wanted.most.toFixed(1)} %`,
        holds === null ? '' : holds ? (wanted?.cause ?? 'yes') : 'no',
        wear === null ? '' : describeWear(wear),
      ]),
    ),
  ].join('\n');
