// `onward profiles`: every synapse device that weights can be kept in, with its source and its imperfections. What else
// is done with devices is in profiles/, one file each.

import { profiles as all } from '../../src/quantization/profiles/index.ts';
import { type CommandEntry, defineCommand, jsonOption, printJson, withCommands } from '../command.ts';
import { imperfectionCells, imperfectionColumns, imperfectionsOf, notModelled } from '../profiles/imperfections.ts';
import { table } from '../table.ts';

const commands: readonly CommandEntry[] = [
  {
    name: 'show',
    about: 'response curves of a profile, up and down, as data and as SVG',
    load: async () => (await import('./profiles/show.ts')).show,
  },
  {
    name: 'fit',
    about: 'fits every model to a file of an instrument: what it tells, what not, and a profile',
    load: async () => (await import('./profiles/fit.ts')).fit,
  },
  {
    name: 'ablate',
    about: 'what is learned by a device without one of its flaws, each beside the device and floats; pulses and energy',
    load: async () => (await import('./profiles/ablate.ts')).ablate,
  },
  {
    name: 'import',
    about: 'a device of aihwkit or CrossSim as a profile, and what is lost',
    load: async () => (await import('./profiles/import.ts')).importProfile,
  },
  {
    name: 'export',
    about: 'a profile as a device of aihwkit or CrossSim, and what is lost',
    load: async () => (await import('./profiles/export.ts')).exportProfile,
  },
];

const list = defineCommand({
  name: 'profiles',
  options: jsonOption,
  async run({ json }) {
    const rows = Object.values(all).map((profile) => ({
      ...profile,
      imperfections: imperfectionsOf(profile),
      notModelled,
    }));
    if (json) return printJson(rows);
    console.log(
      [
        table(
          ['profile', 'model', ...imperfectionColumns],
          rows.map(({ name, model, imperfections }) => [name, model, ...imperfectionCells(imperfections)]),
        ),
        '',
        ...rows.map(({ name, title, source }) => `${name}: ${title}. ${source}`),
        '',
        'docs/devices.md says what the columns are, and what no profile has. --storage NAME keeps weights in one.',
      ].join('\n'),
    );
  },
});

export const profiles = withCommands(list, commands);
