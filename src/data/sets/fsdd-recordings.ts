// The recordings that fsdd and fsdd-events are made of: ten digits spoken 50 times each by six people, 8 kHz, trimmed.
// The first five takes of each are the test set, as its publisher says, unless speakers are named. Read from the
// archive of version 1.0.10, or from a pack of four of the speakers.

import { createDataset, emptyLike, encodeLabels, type Inputs, type LabelledSet, type TrainTest } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readCsv } from '../formats/csv.ts';
import { gunzip } from '../formats/decompress.ts';
import { readTar } from '../formats/tar.ts';
import { fromInt16, readWav } from '../formats/wav.ts';
import { holdOut } from '../hold-out.ts';
import { type OpenFile, published, type SetDescriptor, type SetFile, type SetForm } from './descriptor.ts';

export const SAMPLE_RATE = 8000;
const TEST_TAKES = 5;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

interface Clip {
  readonly samples: Float32Array;
  readonly digit: string;
  readonly speaker: string;
  readonly take: number;
}

interface Recordings {
  readonly files: readonly SetFile[];
  /** In the order of digits, speakers and the names of takes. */
  readonly readClips: (open: OpenFile) => Promise<Clip[]>;
}

/** A set made of the recordings. */
export interface FsddSet {
  readonly name: string;
  readonly inputShape: number[];
  /** What makes features of a clip, as many values of each; made once for all. */
  readonly transform: () => (samples: Float32Array) => Inputs;
  /** What is done with both parts in the end. */
  readonly finish?: (parts: TrainTest<LabelledSet>) => TrainTest<LabelledSet>;
}

export function fsddSet({
  name,
  inputShape,
  transform,
  finish = (parts) => parts,
}: FsddSet): SetDescriptor<LabelledSet> {
  const form = ({ files, readClips }: Recordings): SetForm<LabelledSet> => ({
    files,
    async read(open, testGroups) {
      const clips = await readClips(open);
      const features = transform();
      const speakers = [...new Set(clips.map(({ speaker }) => speaker))].sort();
      const part = (chosen: readonly Clip[]): LabelledSet => {
        const { labels: groups } = encodeLabels(
          chosen.map(({ speaker }) => speaker),
          speakers,
        );
        const labelled = encodeLabels(
          chosen.map(({ digit }) => digit),
          DIGITS,
        );
        const inputs = stacked(chosen.map(({ samples }) => features(samples)));
        return createDataset({ name, inputs, inputShape, ...labelled, groups, groupNames: speakers });
      };
      const parts = {
        train: part(clips.filter(({ take }) => take >= TEST_TAKES)),
        test: part(clips.filter(({ take }) => take < TEST_TAKES)),
      };
      return finish(testGroups ? holdOut(parts, testGroups) : parts);
    },
  });
  return {
    name,
    folder: 'fsdd',
    source: 'Jackson et al., "Free Spoken Digit Dataset", github.com/Jakobovski/free-spoken-digit-dataset, 1.0.10',
    licence: 'CC BY-SA 4.0',
    ...form(archive),
    pack: form(pack),
  };
}

/** One behind the other. */
function stacked(rows: readonly Inputs[]): Inputs {
  if (rows.length === 0) return new Float32Array();
  const out = emptyLike(rows[0], rows.length * rows[0].length);
  rows.forEach((row, at) => out.set(row, at * row.length));
  return out;
}

const ARCHIVE = 'v1.0.10.tar.gz';

/** Wav files called digit_speaker_take. */
const archive: Recordings = {
  files: published('https://github.com/Jakobovski/free-spoken-digit-dataset/archive/', [
    ARCHIVE,
    15_602_882,
    'feb479fad3a37883c3d21ed7f982281c2dd1c18d5aefd7e8a5d50f58023392aa',
  ]),
  async readClips(open) {
    const clips: Clip[] = [];
    for (const [path, bytes] of readTar(await gunzip(await open(ARCHIVE)))) {
      const [, digit, speaker, take] = /\/recordings\/(\d)_(\w+)_(\d+)\.wav$/.exec(path) ?? [];
      if (take === undefined) continue;
      const { samples, channels, sampleRate } = readWav(bytes);
      if (channels !== 1 || sampleRate !== SAMPLE_RATE) {
        throw new DataError(`fsdd: ${path} has ${channels} channels at ${sampleRate} Hz; wanted 1 at ${SAMPLE_RATE}`);
      }
      clips.push({ samples, digit, speaker, take: Number(take) });
    }
    return clips;
  },
};

const SIGNALS = 'audio_i16_8khz.bin';
const INDEX = 'index.csv';

/** The samples of george, jackson, lucas and yweweler one behind the other, and where each clip begins. */
const pack: Recordings = {
  files: [
    { name: SIGNALS, bytes: 15_092_448, sha256: '1d34f23a7aca2bf8c7de28c15e113172c316bca93c394c39b639c80e344c3fe3' },
    { name: INDEX, bytes: 64_172, sha256: '1e55c95dc4f59f0869adccf31c9dded5adb9297fb841838d698cff5c7f6bfa15' },
  ],
  async readClips(open) {
    const signals = await open(SIGNALS);
    const columns = ['digit', 'take', 'offset', 'samples'];
    const { data, shape, labels: speakers = [] } = readCsv(await open(INDEX), { label: 'speaker', columns });
    return speakers.map((speaker, row) => {
      const [digit, take, offset, length] = data.subarray(row * shape[1], (row + 1) * shape[1]);
      const bytes = signals.subarray(2 * offset, 2 * (offset + length));
      if (bytes.length === 2 * length) return { samples: fromInt16(bytes), digit: `${digit}`, speaker, take };
      throw new DataError(
        `fsdd: clip ${row} ends at ${offset + length}; wanted at most ${signals.length >>> 1} samples`,
      );
    });
  },
};
