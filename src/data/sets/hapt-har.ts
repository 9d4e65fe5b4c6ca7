// Activities of daily life: windows of 128 samples (2.56 s), half of each shared with the next, each inside one
// activity. 7,767 of 21 people to learn from, 3,162 of 9 others to be judged by: the publisher's split, unless people
// are named. A person's windows stand in the order of the recordings.

import { createDataset, type LabelledSet } from '../dataset.ts';
import { readCsv } from '../formats/csv.ts';
import { holdOut } from '../hold-out.ts';
import type { OpenFile, SetDescriptor } from './descriptor.ts';
import { ACTIVITIES, CHANNELS, PEOPLE, published, readRecordings, windows, type Stretch } from './hapt-recordings.ts';

const [LENGTH, STEP] = [128, 64];

export const haptHar: SetDescriptor<LabelledSet> = {
  ...published,
  name: 'hapt-har',
  async read(open, testGroups) {
    const segments = await readSegments(open);
    const part = (name: Stretch['part']): LabelledSet => cut(segments.filter((segment) => segment.part === name));
    const parts = { train: part('train'), test: part('test') };
    return testGroups ? holdOut(parts, testGroups) : parts;
  },
};

interface Segment extends Stretch {
  readonly activity: number;
}

async function readSegments(open: OpenFile): Promise<Segment[]> {
  const recordings = await readRecordings(open);
  const { data, shape } = readCsv(await open('labels.csv'), { header: true });
  return Array.from({ length: shape[0] }, (_, row) => {
    const [experiment, , activity, start, end] = data.subarray(row * shape[1]);
    const { values, ...whose } = recordings[experiment - 1];
    const width = CHANNELS.length;
    return { values: values.subarray((start - 1) * width, end * width), ...whose, activity: activity - 1 };
  });
}

function cut(segments: readonly Segment[]): LabelledSet {
  const cuts = segments.flatMap(({ values, activity, person }) =>
    [...windows(values, LENGTH, STEP)].map((window) => ({ window, activity, person })),
  );
  const inputShape = [LENGTH, CHANNELS.length];
  const inputs = new Float32Array(cuts.length * LENGTH * CHANNELS.length);
  cuts.forEach(({ window }, row) => inputs.set(window, row * window.length));
  const labels = Uint8Array.from(cuts, ({ activity }) => activity);
  const groups = Uint8Array.from(cuts, ({ person }) => person);
  const named = { classNames: ACTIVITIES, groupNames: PEOPLE };
  return createDataset({ name: 'hapt-har', inputs, labels, inputShape, groups, ...named });
}
