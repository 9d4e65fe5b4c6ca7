// What the neurons of a spiking network do as it answers one sample, step by step: as a table, as JSON, or drawn.

import { extname } from 'node:path';
import type { RecordOptions } from '../src/compile/record.ts';
import { hasLabels, subset, type Dataset } from '../src/data/dataset.ts';
import type { Raster } from '../src/index.ts';
import { type Looked, look, unseen } from './activity.ts';
import { type Curve, type Panel, chart } from './chart.ts';
import { UsageError, type Values } from './command.ts';
import { openOutput } from './output.ts';
import { readWhole } from './read-value.ts';

export const rasterOptions = {
  raster: {
    type: 'string',
    value: '<file>',
    about:
      'writes spikes and potentials of a spiking network, step by step: name.csv, name.json, or name.svg, a picture',
  },
  sample: {
    type: 'string',
    value: '<n>',
    about: 'which one the raster is of; default 0, the first one it is tested on',
  },
} as const;

/** What is told of the sample. */
interface Shown {
  readonly network: string;
  readonly data: string;
  readonly sample: number;
  /** Of data with classes. */
  readonly label?: string;
  readonly layers: Readonly<Record<string, Raster>>;
}

/**
 * What writes the raster that is asked for, and gives its path; null where none is.
 * @throws UsageError for a file of another kind, and a network of which there is none to see.
 */
export async function openRaster({ raster: path, sample: text }: Values<typeof rasterOptions>, parts: RecordOptions) {
  const at = readWhole('sample', text, 0) ?? 0;
  if (path === undefined) {
    if (text !== undefined) throw new UsageError('--sample wants --raster <file>, which is of that sample');
    return null;
  }
  const format = formats[extname(path)];
  if (format === undefined) throw new UsageError(`--raster is '${path}', wanted ${Object.keys(formats).join(', ')}`);
  const why = unseen(parts);
  if (why !== null) throw new UsageError(`--raster shows spikes, and ${why}`);
  const output = await openOutput('raster', path);
  return async (learner: Looked, held: Dataset, told: Pick<Shown, 'network' | 'data'>): Promise<string> => {
    readWhole('sample', `${at}`, 0, held.count - 1);
    const { layers } = await look(parts, learner, subset(held, [at]).inputs);
    const label = hasLabels(held) ? { label: held.classNames[held.labels[at]] } : {};
    return output.write(new TextEncoder().encode(format({ ...told, sample: at, ...label, layers })));
  };
}

const formats: Readonly<Record<string, (shown: Shown) => string>> = { '.csv': csv, '.json': json, '.svg': svg };

/** The values of each step. */
const bySteps = ({ shape: [, steps, neurons] }: Raster, values: ArrayLike<number>): number[][] =>
  Array.from({ length: steps }, (_, step) => Array.from({ length: neurons }, (_, at) => values[step * neurons + at]));

function csv({ layers }: Shown): string {
  const rows = Object.entries(layers).flatMap(
    ([
      name,
      {
        shape: [, , neurons],
        spikes,
        potentials,
      },
    ]) =>
      Array.from(spikes, (spike, at) => [name, Math.floor(at / neurons), at % neurons, spike, potentials[at]].join()),
  );
  return ['layer,step,neuron,spike,potential', ...rows, ''].join('\n');
}

function json({ layers, ...shown }: Shown): string {
  const told = Object.entries(layers).map(([name, raster]) => [
    name,
    { spikes: bySteps(raster, raster.spikes), potentials: bySteps(raster, raster.potentials) },
  ]);
  return `${JSON.stringify({ ...shown, layers: Object.fromEntries(told) })}\n`;
}

function svg({ network, data, sample, label, layers }: Shown): string {
  const title = `${data}, sample ${sample}${label === undefined ? '' : ` (${label})`}, ${network}`;
  return chart(title, 'potential, a dot where it spikes', Object.entries(layers).flatMap(panelsOf), 2);
}

/** A row of the picture: the spikes of a layer, and the potentials of some of its neurons. */
function panelsOf([name, raster]: readonly [string, Raster]): Panel[] {
  const [, steps, neurons] = raster.shape;
  const [spikes, potentials] = [bySteps(raster, raster.spikes), bySteps(raster, raster.potentials)];
  const fired = spikes.flatMap((row, step) => row.flatMap((spike, neuron) => (spike === 1 ? [{ step, neuron }] : [])));
  const all: Curve = {
    name: 'spikes',
    x: fired.map(({ step }) => step),
    y: fired.map(({ neuron }) => neuron),
    dotted: true,
  };
  const curves = chosen(spikes, neurons).flatMap((neuron): Curve[] => {
    const own = { name: `${name}, neuron ${neuron}` };
    const at = fired.filter((spike) => spike.neuron === neuron).map(({ step }) => step);
    return [
      { ...own, x: [...potentials.keys()], y: potentials.map((row) => row[neuron]) },
      { ...own, x: at, y: at.map((step) => potentials[step][neuron]), dotted: true },
    ];
  });
  const label = 'step';
  return [
    { label, yLabel: `neuron of ${name}`, curves: [all], within: { x: [0, steps - 1], y: [0, neurons - 1] } },
    { label, curves },
  ];
}

/** Neurons with the most spikes, with middling many of those that fire at all, and with the fewest. */
function chosen(spikes: readonly (readonly number[])[], neurons: number): number[] {
  const counts = Array.from({ length: neurons }, (_, at) => spikes.reduce((sum, row) => sum + row[at], 0));
  const ranked = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const firing = counts.filter((count) => count > 0).length;
  return [...new Set([0, firing >> 1, neurons - 1].map((rank) => ranked[rank]))];
}
