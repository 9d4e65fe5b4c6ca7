// Pen digits: 7,494 + 3,498 digits written on a tablet, each 8 points (x, y) in [0, 100].

import type { LabelledSet } from '../dataset.ts';
import { createDataset, encodeLabels } from '../dataset.ts';
import { readCsv } from '../formats/csv.ts';
import type { SetDescriptor } from './descriptor.ts';
import { published } from './descriptor.ts';

const FOLDER = 'https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/';

const CLASS_NAMES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export const pendigits: SetDescriptor<LabelledSet> = {
  name: 'pendigits',
  source: 'Alpaydin, Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning Repository, 1996',
  licence: 'CC BY 4.0',
  files: published(
    FOLDER,
    ['pendigits.tra', 502_098, 'e2b9eb9f0d0467e2b64a4816a3420edf2b8043447576f4b84337aba44a9f97d3'],
    ['pendigits.tes', 234_366, '8bd03229c5c5291fefe43e45465dd948d2645bf23328b9d993e0b777666b2015'],
  ),
  read: async (open) => ({
    train: readPart(await open('pendigits.tra')),
    test: readPart(await open('pendigits.tes')),
  }),
};

/** Coordinates are scaled to [0, 1], since only uint8 pictures are scaled by the consumer. */
function readPart(bytes: Uint8Array): LabelledSet {
  const { data, labels = [] } = readCsv(bytes, { header: false, label: -1 });
  const inputs = data.map((coordinate) => coordinate / 100);
  return createDataset({ name: 'pendigits', inputs, inputShape: [16], ...encodeLabels(labels, CLASS_NAMES) });
}
