// Sets that come as archives, sounds and graphs, read from small files of their form; whose the samples are.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createDataset,
  DataError,
  holdOut,
  type LabelledSet,
  propagate,
  readNMnist,
  readTar,
  readWav,
  type TrainTest,
} from '../../src/data/index.ts';
import { splitGroups } from '../../src/data/hold-out.ts';
import { loadDataset, loadSet } from '../../src/data/node/sources.ts';
import { cora } from '../../src/data/sets/cora.ts';
import { fsdd } from '../../src/data/sets/fsdd.ts';
import { ascii, bytesOf, writeTar, writeWav } from './containers.ts';

const root = mkdtempSync(join(tmpdir(), 'onward-sets-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A data folder with these files of one set. */
function dataDirOf(set: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  const dataDir = join(root, `${folders++}`);
  mkdirSync(join(dataDir, set), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dataDir, set, name), content);
  return dataDir;
}

describe('readTar', () => {
  const long = `${'folder/'.repeat(7)}x/${'name'.repeat(20)}`;
  const files = { 'a.txt': ascii('one'), empty: new Uint8Array(), [long]: new Uint8Array(1000).fill(7) };

  test('gives regular files by name, long ones too, and passes over extended headers', () => {
    expect(Object.fromEntries(readTar(writeTar(files)))).toEqual(files);
  });

  test('what is damaged, cut short or nothing is refused', () => {
    const archive = writeTar(files);
    expect(() => readTar(archive.subarray(0, 3500))).toThrow(
      /has 1000 bytes from byte \d+, but the archive ends at 3500/,
    );
    expect(() => readTar(archive.subarray(0, 2700))).toThrow('tar: byte 2560 of 2700 begins no header');
    archive[1024] ^= 1;
    expect(() => readTar(archive)).toThrow('tar: byte 1024 of');
    expect(() => readTar(new Uint8Array(2048))).toThrow('tar of 2048 bytes holds no file');
    expect(() => readTar(ascii('no archive'.repeat(100)))).toThrow(DataError);
  });
});

describe('readWav', () => {
  test('reads 16 bits as -1 .. 1 behind chunks of other kinds', () => {
    const { samples, channels, sampleRate } = readWav(writeWav(Int16Array.of(-32768, 0, 16384)));
    expect([samples, channels, sampleRate]).toEqual([Float32Array.of(-1, 0, 0.5), 1, 8000]);
  });

  test.each([
    [writeWav(new Int16Array(2), { coding: 3, bits: 32 }), 'wav is of coding 3 with 32 bits; wanted PCM (1) with 16'],
    [writeWav(new Int16Array(2)).subarray(0, 57), /"data" has 4 bytes, but the file ends \d+ before/],
    [writeWav(new Int16Array(2)).subarray(0, 36), 'wav of 36 bytes has fmt ; wanted "fmt " and "data"'],
    [ascii('OggS, not a wav file'), 'not a wav file: it begins with "OggS"'],
  ])('other files are refused, %#', (bytes, message) => {
    expect(() => readWav(bytes)).toThrow(message);
    expect(() => readWav(bytes)).toThrow(DataError);
  });
});

/** Samples of these people. */
const part = (groups: number[]): LabelledSet =>
  createDataset({
    name: 'people',
    inputs: Float32Array.from(groups, (group, at) => 10 * group + at),
    inputShape: [1],
    labels: Uint8Array.from(groups, (_, at) => at % 2),
    classNames: ['even', 'odd'],
    groups: Uint8Array.from(groups),
    groupNames: ['ann', 'bob', 'cem'],
  });

describe('splitGroups', () => {
  const people = part([0, 1, 2, 0, 1, 2, 2, 2]);

  test.each([1, 2, 3, 4])('whoever judges was not learned from, seed %i', (seed) => {
    const { train, validation } = splitGroups(people, 0.2, seed);
    expect(new Set(validation.groups).size).toBe(1);
    expect([...(train.groups ?? [])].filter((group) => validation.groups?.includes(group))).toEqual([]);
    expect([...train.inputs, ...validation.inputs].sort()).toEqual([...people.inputs].sort());
    expect(splitGroups(people, 0.2, seed)).toEqual({ train, validation });
  });

  test('as many as the fraction wants, and one is left to learn from', () => {
    expect(new Set(splitGroups(people, 0.9, 1).validation.groups).size).toBe(2);
    const drawn = [1, 2, 3, 4, 5, 6].map((seed) => splitGroups(people, 0.2, seed).validation.groups![0]);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  test('of one person is refused', () => {
    expect(() => splitGroups(part([1, 1]), 0.5, 1)).toThrow('people has samples of 1 groups; wanted two, to part them');
  });
});

describe('holdOut', () => {
  const parts = { train: part([0, 1, 2, 0]), test: part([2, 1]) } satisfies TrainTest;

  test('who is named is the test set, from both parts; all others are learned from', () => {
    const { train, test: held } = holdOut(parts, ['bob']);
    expect([[...train.inputs], [...held.inputs]]).toEqual([
      [0, 22, 3, 20],
      [11, 11],
    ]);
    expect([train.groups, held.groups]).toEqual([Uint8Array.of(0, 2, 0, 2), Uint8Array.of(1, 1)]);
    expect(held).toMatchObject({ count: 2, labels: Uint8Array.of(1, 1) });
  });

  test.each([
    [['dan'], 'people has no group dan; wanted some of ann, bob, cem'],
    [['ann', 'bob', 'cem'], 'people: without ann, bob, cem it has 0 samples; wanted both parts'],
    [[], 'people: without nobody it has 6 samples; wanted both parts'],
  ])('%j is refused', (names, message) => {
    expect(() => holdOut(parts, names)).toThrow(message);
  });

  test('of a set without groups is refused, by name or path', async () => {
    await expect(loadDataset('synthetic', { testGroups: ['ann'] })).rejects.toThrow(
      'synthetic does not tell whose its samples are; wanted a set with groups',
    );
    const path = join(root, 'table.csv');
    writeFileSync(path, 'x,label\n1,a\n2,b\n');
    await expect(loadDataset(path, { testGroups: ['ann'] })).rejects.toThrow('does not tell whose its samples are');
  });

  test('groups are checked', () => {
    const { train } = parts;
    expect(() => createDataset({ ...part([0]), groups: new Uint8Array(2) })).toThrow('2 groups do not fit 1 samples');
    expect(() => createDataset({ ...part([3]) })).toThrow('group of row 0 is 3; wanted an index into 3 groups');
    expect(train.groups).toHaveLength(4);
  });
});

describe('fsdd', () => {
  /** A tone of a pitch of the speaker's and the digit's. */
  const clip = (digit: number, speaker: number, take: number): Int16Array =>
    Int16Array.from({ length: 3000 + 100 * take }, (_, n) => 8000 * Math.sin(n * (0.1 + 0.2 * digit + 0.05 * speaker)));
  const speakers = ['george', 'lucas'];
  const clips = [0, 1].flatMap((digit) =>
    speakers.flatMap((speaker, who) =>
      [0, 4, 5, 60].map((take) => ({ digit, speaker, take, sound: clip(digit, who, take) })),
    ),
  );
  const wavs = clips.map(({ digit, speaker, take, sound }) => [
    `x/recordings/${digit}_${speaker}_${take}.wav`,
    writeWav(sound),
  ]);
  const archive = gzipSync(writeTar({ 'x/README.md': ascii('# read me'), ...Object.fromEntries(wavs) }));
  const offsets = clips.map((_, at) => clips.slice(0, at).reduce((sum, { sound }) => sum + sound.length, 0));
  const index = clips.map(
    ({ digit, speaker, take, sound }, at) => `${digit},${speaker},${take},${offsets[at]},${sound.length},x`,
  );
  const pack = {
    'audio_i16_8khz.bin': bytesOf(Int16Array.from(clips.flatMap(({ sound }) => [...sound]))),
    'index.csv': `digit,speaker,take,offset,samples,split\n${index.join('\n')}\n`,
  };
  const inArchive = dataDirOf('fsdd', { 'v1.0.10.tar.gz': archive });
  const inPack = dataDirOf('fsdd', pack);

  test('archive and pack are the same set; the first takes are the test set', async () => {
    const parts = await loadSet(fsdd, { dataDir: inArchive });
    expect(await loadSet(fsdd, { dataDir: inPack })).toEqual(parts);
    const { train, test: held } = parts;
    expect([train.count, held.count, train.inputShape]).toEqual([8, 8, [49, 10]]);
    expect([train.labels, train.groups]).toEqual([
      Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      Int32Array.of(0, 0, 1, 1, 0, 0, 1, 1),
    ]);
    expect(train.groupNames).toEqual(speakers);
    for (let c = 0; c < 10; c++) {
      const column = Array.from(train.inputs).filter((_, at) => at % 10 === c);
      expect(column.reduce((sum, value) => sum + value, 0) / column.length).toBeCloseTo(0, 4);
    }
  });

  test('a speaker is left out, scales are those of the others', async () => {
    const { train, test: held } = await loadSet(fsdd, { dataDir: inPack, testGroups: ['lucas'] });
    expect([train.count, held.count]).toEqual([8, 8]);
    expect([new Set(train.groups), new Set(held.groups)]).toEqual([new Set([0]), new Set([1])]);
    const square = (inputs: ArrayLike<number>): number =>
      Array.from(inputs).reduce((sum, value) => sum + value * value, 0) / inputs.length;
    expect(square(train.inputs)).toBeCloseTo(1, 3);
  });

  test('fsdd-events: bytes of 0 and 255, silent before and behind', async () => {
    const { train } = await loadDataset('fsdd-events', { dataDir: inPack });
    expect(train.inputShape).toEqual([50, 64]);
    expect(new Set(train.inputs)).toEqual(new Set([0, 255]));
    const ofStep = (step: number): number[] => [...train.inputs.subarray(64 * step, 64 * (step + 1))];
    expect(ofStep(2).every((value) => value === 0)).toBe(true);
    expect(ofStep(49).every((value) => value === 0)).toBe(true);
  });

  test('other sounds and a wrong index are refused', async () => {
    const wrong = gzipSync(writeTar({ 'x/recordings/0_a_0.wav': writeWav(new Int16Array(9), { rate: 16000 }) }));
    await expect(loadSet(fsdd, { dataDir: dataDirOf('fsdd', { 'v1.0.10.tar.gz': wrong }) })).rejects.toThrow(
      'x/recordings/0_a_0.wav has 1 channels at 16000 Hz; wanted 1 at 8000',
    );
    const short = dataDirOf('fsdd', { ...pack, 'audio_i16_8khz.bin': new Uint8Array(6000) });
    await expect(loadSet(fsdd, { dataDir: short })).rejects.toThrow('fsdd: clip 1 ends at');
  });
});

describe('readNMnist', () => {
  test('reads points, polarities and times; an event at y = 240 is the clock running over', () => {
    const bytes = Uint8Array.of(3, 2, 0x80, 1, 2, 0, 240, 0, 0, 0, 33, 33, 0x01, 0, 5);
    const { times, units, shape } = readNMnist(bytes);
    expect(shape).toEqual([34, 34, 2]);
    expect([...times]).toEqual([258, 2 ** 13 + 2 ** 16 + 5]);
    expect([...units]).toEqual([2 * (2 * 34 + 3) + 1, 2 * (33 * 34 + 33)]);
    expect(readNMnist(new Uint8Array()).times).toHaveLength(0);
  });

  test('other files are refused', () => {
    expect(() => readNMnist(new Uint8Array(7))).toThrow('N-MNIST: 7 bytes are no whole number of events of 5');
    expect(() => readNMnist(Uint8Array.of(34, 0, 0, 0, 0))).toThrow(
      'N-MNIST: event at byte 0 is at 34, 0; wanted a point of 34 x 34',
    );
    expect(readNMnist(Uint8Array.of(34, 0, 0, 0, 0), [40, 60]).units).toEqual(Uint32Array.of(68));
  });
});

describe('events that are made here', () => {
  test('pendigits-events: a pen that goes right, then down', async () => {
    const row = [0, 100, 50, 100, 100, 100, 100, 100, 100, 50, 100, 0, 100, 0, 100, 0, 7].join(',');
    const dataDir = dataDirOf('pendigits', { 'pendigits.tra': `${row}\n`, 'pendigits.tes': `${row}\n` });
    const { train, test: held } = await loadDataset('pendigits-events', { dataDir });
    expect([train.inputShape, train.labels, held.inputs]).toEqual([[57, 4], Int32Array.of(7), train.inputs]);
    const stepsOf = (direction: number): number[] =>
      Array.from({ length: 57 }, (_, step) => step).filter((step) => train.inputs[4 * step + direction] === 255);
    expect([0, 1, 2, 3].map(stepsOf)).toEqual([[2, 4, 6, 8, 10, 12, 14, 16], [], [], [26, 28, 30, 32, 34, 36, 38, 40]]);
  });

  test('mnist-saccades: a dot jerks to the right and down, where points brighten, and leaves one', async () => {
    const header = (magic: number, ...shape: number[]): number[] => [
      0,
      0,
      8,
      magic,
      ...shape.flatMap((n) => [0, 0, 0, n]),
    ];
    const picture = new Uint8Array(784);
    for (const at of [0, 1, 28, 29]) picture[28 * 14 + 14 + at] = 255;
    const part = (name: string): Record<string, Uint8Array> => ({
      [`${name}-images-idx3-ubyte.gz`]: gzipSync(Uint8Array.from([...header(3, 1, 28, 28), ...picture])),
      [`${name}-labels-idx1-ubyte.gz`]: gzipSync(Uint8Array.from([...header(1, 1), 4])),
    });
    const dataDir = dataDirOf('mnist', { ...part('train'), ...part('t10k') });
    const { train } = await loadDataset('mnist-saccades', { dataDir });
    expect([train.inputShape, [...train.labels]]).toEqual([[12, 392], [4]]);
    const firstStep = [...train.inputs.subarray(0, 392).entries()].filter(([, value]) => value === 255);
    const point = (row: number, column: number): number => 2 * (14 * row + column);
    expect(firstStep.map(([unit]) => unit)).toEqual([point(5, 5) + 1, point(6, 5), point(6, 6)]);
  });
});

test('cifar10: planes become the last axis', async () => {
  const record = (label: number): Uint8Array => {
    const bytes = Uint8Array.from({ length: 3073 }, (_, at) => (at - 1) % 251);
    bytes[0] = label;
    return bytes;
  };
  const names = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
  const files = Object.fromEntries(names.map((name, at) => [`cifar-10-batches-bin/${name}.bin`, record(at)]));
  const folder = (content: typeof files): string =>
    dataDirOf('cifar10', { 'cifar-10-binary.tar.gz': gzipSync(writeTar(content)) });
  const { train, test: held } = await loadDataset('cifar10', { dataDir: folder(files) });
  expect([train.count, held.count, train.inputShape]).toEqual([5, 1, [32, 32, 3]]);
  expect([train.labels, held.labels]).toEqual([Uint8Array.of(0, 1, 2, 3, 4), Uint8Array.of(5)]);
  const pixel = (row: number, at: number): number[] => [
    ...train.inputs.subarray(3072 * row + 3 * at, 3072 * row + 3 * at + 3),
  ];
  expect([pixel(0, 0), pixel(4, 33)]).toEqual([
    [0, 1024 % 251, 2048 % 251],
    [33, (1024 + 33) % 251, (2048 + 33) % 251],
  ]);
  const short = { ...files, 'cifar-10-batches-bin/data_batch_2.bin': new Uint8Array(3072) };
  await expect(loadDataset('cifar10', { dataDir: folder(short) })).rejects.toThrow(
    'cifar10: data_batch_2.bin has 3072 bytes; wanted a multiple of 3073',
  );
});

describe('cora', () => {
  const files = {
    'edges_undirected_i32x2.bin': bytesOf(Int32Array.of(0, 2, 1, 2, 2, 3)),
    'feat_indptr_i32.bin': bytesOf(Int32Array.of(0, 1, 3, 3, 4)),
    'feat_indices_i32.bin': bytesOf(Int32Array.of(4, 0, 2, 1)),
    'labels_u8.bin': Uint8Array.of(3, 1, 0, 6),
    'meta.json': JSON.stringify({ features: 5, train: [0, 2], val: [2, 3], test: [3] }),
  };

  test('parts of the nodes, words as 0 and 1, citations in both directions', async () => {
    const { train, test: held, graph } = await loadSet(cora, { dataDir: dataDirOf('graph-cora', files) });
    expect(train.inputs).toEqual(Float32Array.of(0, 0, 0, 0, 1, 1, 0, 1, 0, 0));
    expect([train.labels, held.labels, held.classNames[6]]).toEqual([
      Uint8Array.of(3, 1),
      Uint8Array.of(6),
      'Rule Learning',
    ]);
    expect(graph).toMatchObject({ indptr: Int32Array.of(0, 1, 2, 5, 6), indices: Int32Array.of(2, 2, 0, 1, 3, 2) });
    expect([graph?.nodes.count, graph?.rows.validation]).toEqual([4, Uint32Array.of(2)]);
  });

  test('propagate: a hop is the mean of a node and its neighbours, by the roots of their degrees', async () => {
    const { graph } = await loadSet(cora, { dataDir: dataDirOf('graph-cora', files) });
    const spread = propagate(graph!, 1);
    const word = (node: number, at: number): number => spread[5 * node + at];
    expect(word(0, 4)).toBeCloseTo(1 / 2, 6);
    expect(word(2, 4)).toBeCloseTo(1 / Math.sqrt(2 * 4), 6);
    expect(word(2, 0)).toBeCloseTo(1 / Math.sqrt(2 * 4), 6);
    expect([word(3, 4), word(1, 4)]).toEqual([0, 0]);
    expect(propagate(graph!, 2)[5 * 3 + 4]).toBeCloseTo(1 / 8, 6);
    expect(propagate(graph!, 0)).toEqual(graph?.nodes.inputs);
  });

  test.each([
    ['edges_undirected_i32x2.bin', bytesOf(Int32Array.of(0, 4)), 'cora: 0 cites 4; wanted papers below 4'],
    ['labels_u8.bin', Uint8Array.of(1), 'cora: 4 words in 4 rows do not fit 1 papers'],
    ['feat_indices_i32.bin', bytesOf(Int32Array.of(4, 0, 5, 1)), 'cora: a paper has word 5; wanted one of 5'],
    ['meta.json', '{"features": 5', 'cora: meta.json is "{"features": 5"; wanted features, train, val and test'],
    ['meta.json', files['meta.json'].replace('[3]', '[9]'), 'cora: the split has paper 9; wanted less than 4'],
  ])('a wrong %s is refused', async (name, content, message) => {
    const dataDir = dataDirOf('graph-cora', { ...files, [name]: content });
    await expect(loadSet(cora, { dataDir })).rejects.toThrow(message);
    await expect(loadSet(cora, { dataDir })).rejects.toThrow(DataError);
  });
});

test.skipIf(!process.env.ONWARD_DATA)('hapt-har tells people: the publisher has 21 and 9 of 30', async () => {
  const { train, test: held } = await loadDataset('hapt-har');
  expect([new Set(train.groups).size, new Set(held.groups).size, train.groupNames?.length]).toEqual([21, 9, 30]);
});
