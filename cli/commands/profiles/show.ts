// `onward profiles show`: what devices of a profile do under pulses up, then down.

import { chart } from '../../chart.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../../command.ts';
import { openOutput } from '../../output.ts';
import { chooseProfile } from '../../profiles/choose-profile.ts';
import { imperfectionCells, imperfectionColumns, imperfectionsOf } from '../../profiles/imperfections.ts';
import { conductanceOf, type Curve, curvesOf, respond, statesOf } from '../../profiles/response.ts';
import { readSeed, readWhole } from '../../read-value.ts';
import { pairs, table } from '../../table.ts';

/** Devices and cycles that curves are of, where nothing is said. */
const [DEVICES, CYCLES] = [20, 5];
const MOST_PULSES = 2000;

export const show = defineCommand({
  name: 'profiles show',
  positionals: '<profile>',
  options: {
    pulses: { type: 'string', value: '<n>', about: 'up, and as many down; default: as many as there are states' },
    devices: { type: 'string', value: '<n>', about: `default ${DEVICES}` },
    cycles: { type: 'string', value: '<n>', about: `of each device; default ${CYCLES}` },
    seed: { type: 'string', value: '<n>', about: 'one seed, one result; default 1' },
    svg: { type: 'string', value: '<file>', about: 'draws the curves' },
    ...jsonOption,
  },
  async run(values, [name]) {
    if (name === undefined) throw new UsageError('wanted a profile, see onward profiles');
    const profile = chooseProfile('<profile>', name);
    const output = values.svg === undefined ? null : await openOutput('svg', values.svg);
    const pulses = readWhole('pulses', values.pulses) ?? Math.min(Math.ceil(statesOf(profile)), MOST_PULSES);
    const [devices, cycles] = [
      readWhole('devices', values.devices) ?? DEVICES,
      readWhole('cycles', values.cycles) ?? CYCLES,
    ];
    const seed = readSeed('seed', values.seed) ?? 1;
    const curves = curvesOf(respond(profile, { devices, cycles, pulses, seed }));
    const toConductance = conductanceOf(profile);
    const saved = await output?.write(new TextEncoder().encode(draw(profile.title, curves)));
    const imperfections = imperfectionsOf(profile);
    if (values.json) {
      const conductances = toConductance && curves.map(({ mean }) => mean.map(toConductance));
      return printJson({ ...profile, imperfections, devices, cycles, seed, curves, conductances, saved });
    }
    console.log(
      [
        pairs([
          ['profile', `${profile.name}: ${profile.title}`],
          ['source', profile.source],
          ['model', `${profile.model}, ${JSON.stringify(profile.constants)}`],
          ...(profile.note === undefined ? [] : [['note', profile.note] as const]),
          ...imperfectionCells(imperfections).map((cell, at) => [imperfectionColumns[at], cell] as const),
        ]),
        '',
        table(['pulses', 'mean', 'over cycles', 'over devices'], curves.flatMap(rowsOf)),
        ...(saved === undefined ? [] : [`\ndrawn in ${saved}`]),
      ].join('\n'),
    );
  },
});

/** Nine of a curve. */
function rowsOf({ way, pulses, mean, cycle, device }: Curve): string[][] {
  const last = pulses.length - 1;
  return [...new Set(Array.from({ length: 9 }, (_, at) => Math.round((at * last) / 8)))].map((at) => [
    `${pulses[at]} ${way > 0 ? 'up' : 'down'}`,
    ...[mean, cycle, device].map((values) => values[at].toFixed(4)),
  ]);
}

const draw = (title: string, curves: readonly Curve[]): string =>
  chart(title, 'state', [
    {
      label: 'pulses up, then down',
      curves: curves.map(({ way, pulses, mean, cycle, device }) => {
        const before = way > 0 ? 0 : (curves[0].pulses.at(-1) ?? 0);
        return {
          name: way > 0 ? 'up' : 'down',
          x: pulses.map((pulse) => before + pulse),
          y: mean,
          spread: cycle.map((deviation, at) => Math.hypot(deviation, device[at])),
        };
      }),
    },
  ]);
