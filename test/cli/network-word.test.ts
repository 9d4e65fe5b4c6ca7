// Networks in a word: what each token declares, where mistakes are, and nothing but named errors for any text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { NetworkWordError, parseNetwork, words } from '../../cli/network-word.ts';
import { compileForm } from '../../cli/word-form.ts';
import { ShapeError } from '../../src/index.ts';
import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';

const outline = (word: string, options = {}): string[] =>
  parseNetwork(word, options).layers.map(({ spec: { type, config }, outputShape }) =>
    [type, ...('activation' in config ? [config.activation] : []), outputShape.join('x')].join(' '),
  );

describe('a network in a word', () => {
  test.each([
    ['784-256-10', ['dense tanh 256', 'dense identity 10']],
    [
      '28x28x1-c8k5-p2-100-10',
      ['conv2d tanh 24x24x8', 'maxPool 12x12x8', 'flatten 1152', 'dense tanh 100', 'dense identity 10'],
    ],
    [
      '8x8x3-c4k3s2same-d3same-a2-gn2-gap-5',
      [
        'conv2d tanh 4x4x4',
        'depthwiseConv2d tanh 4x4x4',
        'averagePool 2x2x4',
        'groupNormalize 2x2x4',
        'globalAveragePool 4',
        'dense identity 5',
      ],
    ],
    [
      '20x3-r8-ln-r4-ln-2',
      ['recurrent 8', 'layerNormalize 8', 'recurrent 4', 'last 4', 'layerNormalize 4', 'dense identity 2'],
    ],
    ['20x3-r8-mean-2', ['recurrent 8', 'mean 8', 'dense identity 2']],
    ['784-t10-rate-400-lif-10', ['rate 784', 'dense identity 400', 'lif 400', 'dense identity 10']],
    [
      '49x10x1-c64k10x4s2x2same-d3x5same-p2x5-a1x1-12',
      [
        'conv2d tanh 25x5x64',
        'depthwiseConv2d tanh 25x5x64',
        'maxPool 12x1x64',
        'averagePool 12x1x64',
        'flatten 768',
        'dense identity 12',
      ],
    ],
    [
      '4x4x1-shift2-p2s1same-flatten-l2-rms-3',
      [
        'randomTranslation 4x4x1',
        'maxPool 4x4x1',
        'flatten 16',
        'l2Normalize 16',
        'rmsNormalize 16',
        'dense identity 3',
      ],
    ],
  ])('%s', (word, layers) => {
    expect(outline(word)).toEqual(layers);
  });

  test('hidden layers take the activation asked for, unless they name theirs', () => {
    expect(outline('9-8-7:elu-6', { activation: 'relu' })).toEqual(['dense relu 8', 'dense elu 7', 'dense identity 6']);
  });

  test('dropout stands behind hidden layers', () => {
    expect(outline('9-8-6', { dropout: 0.5 })).toEqual(['dense tanh 8', 'dropout 8', 'dense identity 6']);
    expect(outline('9-t3-8-lif-6', { dropout: 0.5 })).toEqual([
      'dense identity 8',
      'lif 8',
      'dropout 8',
      'dense identity 6',
    ]);
  });

  test.each([
    ['784-t10-rate-400-lif-10', [784], 10, 'still'],
    ['20x3-16-lif-mean-2', [3], 20, 'sequence'],
    ['20x3-r8-2', [3], 20, 'sequence'],
    ['20x3-r8lif-2', [3], 20, 'sequence'],
    ['20x3-8-2', [20, 3], null, 'sequence'],
  ])('time of %s', (word, shape, steps, input) => {
    expect(parseNetwork(word)).toMatchObject({ inputShape: shape, steps, input });
  });

  test('sizes and options of a token reach the layer', () => {
    const configs = (word: string) => parseNetwork(word).layers.map(({ spec }) => spec.config);
    expect(configs('49x10x1-c64k10x4s2x3same-p2x3s1-10')).toMatchObject([
      { filters: 64, kernelSize: [10, 4], stride: [2, 3], padding: 'same' },
      { window: [2, 3], stride: 1, padding: 'valid' },
      {},
      { units: 10 },
    ]);
    expect(configs('9-t2-8-lif0.9t0.5hard-6-lif-4')).toMatchObject([
      {},
      { decay: 0.9, threshold: 0.5, reset: 'hard' },
      {},
      { decay: 0.5, threshold: 1, reset: 'soft' },
      {},
    ]);
    expect(configs('20x3-8-lif0.9c0.8a0.2-r7lif0.7t2c0.5-4')).toMatchObject([
      {},
      { decay: 0.9, threshold: 1, currentDecay: 0.8, adaptation: 0.2 },
      { cell: { config: { layers: [{ config: { units: 7 } }, { config: { decay: 0.7, currentDecay: 0.5 } }] } } },
      { units: 4 },
    ]);
  });

  test.each([
    ['', /'' at character 1 .* input shape/],
    ['784', /no layer/],
    ['28x28x1x1-10', /'28x28x1x1' at character 1/],
    ['784-2x6-10', /'2x6' at character 5 .* cFkK/],
    ['784-t10', /no layer/],
    ['784-256-t10-10', /'t10' at character 9/],
    ['784-lif-10', /'lif' at character 5 .* network with time/],
    ['784-256-10-', /'' at character 12/],
    ['784-256:loud-10', /'256:loud' at character 5 .* tanh/],
    ['8x8x1-p2:relu-10', /'p2:relu' at character 7 .* no activation/],
  ])('refuses "%s", saying where', (word, message) => {
    expect(() => parseNetwork(word)).toThrow(NetworkWordError);
    expect(() => parseNetwork(word)).toThrow(message);
  });

  test('the words of all layer files are indexed', () => {
    const folder = join(import.meta.dirname, '../../src/layers');
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'words.ts');
    const declared = files.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/^export const \w+Word: Word /gm)].map(() => name),
    );
    expect(words.length).toBe(declared.length);
  });

  test('the words of the layers share no token', () => {
    const samples = words.flatMap(({ form }) => [form.replace(/\[.*?\]/g, ''), form.replace(/[[\]]/g, '')]);
    for (const token of samples.map((form) => form.replace(/[A-Z]/g, '3'))) {
      expect(words.filter(({ form }) => compileForm(form)(token) !== null).length).toBe(1);
    }
  });

  test('an app bundles no word', async () => {
    const contents = "export { conv2d, dense, lif, recurrent, sequential } from './src/index.ts'";
    const stdin = { contents, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' } as const;
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false, external: ['node:*'] });
    const [{ text }] = outputFiles;
    expect(text).toContain('function conv2d(');
    expect(words.filter(({ about }) => text.includes(about))).toEqual([]);
  });

  test('any text is a network or a named error', () => {
    const parts = [
      '-',
      'x',
      '0',
      '3',
      '28',
      '784',
      'c',
      'k',
      's2',
      'same',
      'p',
      'd',
      'r',
      'gap',
      'lif',
      't',
      ':',
      'relu',
      'ln',
      'gn',
      ' ',
      'é',
    ];
    const next = wordReader(1, streamKey('test/network-word'), 0);
    let accepted = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const tail = Array.from({ length: randomBelow(next, 6) }, () => parts[randomBelow(next, parts.length)]).join('');
      try {
        parseNetwork(`28x28x1-${tail}`);
        accepted++;
      } catch (error) {
        expect([NetworkWordError, ShapeError]).toContain((error as Error).constructor);
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
