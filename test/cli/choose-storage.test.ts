// Every storage of the library and its options on the command line, kept in a checkpoint and recalled from it.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseActivations, chooseStorage, tellStorage } from '../../cli/choose-storage.ts';
import {
  backprop,
  binary,
  converters,
  createLearner,
  dense,
  inspectCheckpoint,
  int4,
  int8,
  profiles,
  pulseTrains,
  quantizationAware,
  sequential,
  sgd,
  synapse,
  tikiTaka,
  type Storage,
} from '../../src/index.ts';
import { onward, succeeded } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-storage-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);

const own = at('own.json');
writeFileSync(own, JSON.stringify({ ...profiles.idealized, name: 'own' }));
const around = { outputBits: 8, outputBound: 6, tileRows: 64, boundManagement: 3 };
const { epiram, idealized } = profiles;

test.each<[word: string, settings: string[], wanted: Storage]>([
  ['int8', ['perChannel=false'], int8({ perChannel: false })],
  ['int4', ['perChannel=false', 'headroom=2'], int4({ perChannel: false, headroom: 2 })],
  ['binary', ['latent=f32'], binary({ latent: 'f32' })],
  ['quantizationAware', ['bits=4'], quantizationAware({ bits: 4 })],
  ['epiram', ['range=2', 'most=63'], synapse(epiram, { range: 2, most: 63 })],
  ['epiram', ['headroom=5', 'accessResistance=1000'], synapse(epiram, { headroom: 5, accessResistance: 1000 })],
  ['epiram', ['pulses=sign', 'threshold=0.5'], synapse(epiram, { pulses: 'sign', threshold: 0.5 })],
  ['idealized', ['pulses=pulseTrains'], synapse(idealized, { pulses: pulseTrains() })],
  [
    'idealized',
    ['pulses.updateManagement=false'],
    synapse(idealized, { pulses: pulseTrains({ updateManagement: false }) }),
  ],
  [
    'epiram',
    Object.entries(around).map(([key, value]) => `converters.${key}=${value}`),
    synapse(epiram, { converters: converters(around) }),
  ],
  ['tikiTaka:ecram', [], tikiTaka(profiles.ecram)],
  ['tikiTaka:ecram', ['buffered=true', 'every=2'], tikiTaka(profiles.ecram, { buffered: true, every: 2 })],
  [`tikiTaka:${own}`, ['rate=0.2'], tikiTaka({ ...idealized, name: 'own' }, { rate: 0.2 })],
])('--storage %s --storage-set %j', (storage, settings, { name }) => {
  expect(chooseStorage({ storage, 'storage-set': settings }).name).toBe(name);
});

test.each<[word: string, settings: string[], message: string]>([
  ['int8', ['bits=4'], "int8 has no option 'bits'; it has headroom, perChannel"],
  ['f32', ['bits=4'], "--storage-set is 'bits=4', but f32 has no options"],
  ['quantizationAware', ['bits=5'], 'bits is 5, wanted 8 or 4'],
  ['epiram', ['converters.bits=8'], "converters has no option 'bits'"],
  ['epiram', ['pulses=often'], "pulses is 'often', wanted one of nearest, stochastic, sign"],
  ['epiram', ['most'], "--storage-set is 'most', wanted key=value, such as headroom=5"],
  ['epiram', ['pulses=sign', 'pulses.lengthManagement=true'], "but 'pulses' was set to a value before"],
  ['tikiTaka:pcm', [], "tikiTaka wants single devices, and profile 'pcm' is a pair"],
  ['tikiTaka:mine', [], "--storage is 'mine', wanted f32, int8"],
  ['takiTika:ecram', [], 'tikiTaka:<device>'],
])('--storage %s --storage-set %j is refused', (storage, settings, message) => {
  expect(() => chooseStorage({ storage, 'storage-set': settings })).toThrow(message);
});

test('--activations int8:deltas keeps what weights learn from as int8', async () => {
  expect(chooseActivations({ activations: 'int8:deltas' })?.name).toBe('int8');
  expect(() => chooseActivations({ activations: 'int8:errors' })).toThrow('wanted f32, int8, int8:deltas');
  const dz = async (activations: string): Promise<boolean> => {
    const network = sequential([20], [dense(40, { activation: 'relu' }), dense(4)]);
    const options = { network, rule: backprop(), storage: int8(), activations: chooseActivations({ activations }) };
    const { compiled } = await createLearner(options);
    return compiled.memory.buffers.some(({ name }) => name.endsWith('/dzScale'));
  };
  expect([await dz('int8'), await dz('int8:deltas')]).toEqual([false, true]);
});

test('hardware sets the options of its storage', async () => {
  const args = ['train', '--hardware', 'crossbar-pcm', '--storage-set', 'headroom=2'];
  expect((await onward(...args)).err).toContain('--hardware crossbar-pcm sets storage-set, wanted no --storage-set');
});

const rows = Array.from({ length: 60 }, (_, row) => `${(row % 3) - 1},${(row % 5) / 5},${'abc'[row % 3]}`);
writeFileSync(at('data.csv'), `x,y,kind\n${rows.join('\n')}\n`);
const learned = ['--data', at('data.csv'), '--network', '2-5-3', '--rule', 'backprop', '--epochs', '1'];

describe('a checkpoint', () => {
  test('keeps the storage, its options and the path of its device, and must agree with what is told', async () => {
    mkdirSync(at('here'));
    copyFileSync(own, at('here', 'own.json'));
    const saved = at('here', 'own.onward');
    const kept = ['--storage', `tikiTaka:${at('here', 'own.json')}`, '--storage-set', 'rate=0.2'];
    await succeeded('train', ...learned, ...kept, '--save', saved);
    const { metadata } = inspectCheckpoint(readFileSync(saved));
    expect(metadata).toMatchObject({ train: { storage: 'tikiTaka:own.json', 'storage-set': ['rate=0.2'] } });
    await succeeded('evaluate', '--restore', saved);
    await succeeded('evaluate', '--restore', saved, '--storage-set', 'rate=0.2');
    const other = await onward('evaluate', '--restore', saved, '--storage-set', 'rate=0.3');
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('is of storage tikiTaka own')]);
    await succeeded('evaluate', '--restore', saved, '--storage', 'int8', '--requantize');
    await succeeded('export', '--restore', saved, '--as', 'pulses');
  });

  const network = sequential([2], [dense(3)]);
  const paged = async (name: string, storage: Storage): Promise<string> => {
    const learner = await createLearner({
      network,
      rule: backprop({ optimizer: sgd() }),
      storage,
      classes: ['a', 'b', 'c'],
    });
    writeFileSync(at(name), learner.save());
    return at(name);
  };

  test('of a page is told by the word of its storage', async () => {
    for (const storage of [
      int8({ perChannel: false }),
      binary(),
      quantizationAware({ bits: 4 }),
      tikiTaka(idealized),
    ]) {
      expect(chooseStorage(tellStorage(storage.name) ?? {}).name).toBe(storage.name);
    }
    const restore = await paged('page.onward', binary({ latent: 'f32' }));
    await succeeded('evaluate', '--restore', restore, '--data', at('data.csv'));
  });

  test('of a page whose devices have options wants to be told them', async () => {
    const restore = await paged('options.onward', synapse(idealized, { pulses: pulseTrains() }));
    const args = ['evaluate', '--restore', restore, '--data', at('data.csv')];
    const { code, err } = await onward(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('wanted --storage and --storage-set as it was made')]);
    await succeeded(...args, '--storage', 'idealized', '--storage-set', 'pulses=pulseTrains');
    const other = await onward(...args, '--storage', 'idealized');
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('is of storage idealized')]);
  });
});
