// An app bundles what it names and no more: the size of each against its limit, and what must not be in it.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apps, measure, type App } from '../../scripts/bundled-apps.ts';
import { bundle, eager, workerBundle } from '../../tools/bundle.ts';

const [cnn, run] = await Promise.all([measure(apps.cnn), measure(apps.run)]);

const limited = Object.values<App>(apps).flatMap(({ limit, ...app }) =>
  limit === undefined ? [] : [{ ...app, limit }],
);

/** In kB after gzip, as the page has it. */
const toldOf = (name: string): number =>
  Number(new RegExp(`^\\| ${name} \\|.*\\| ([\\d.]+) kB`, 'm').exec(readFileSync('README.md', 'utf8'))?.[1]);

test.each(limited)('$name is at most $limit kB after gzip, and README has it within 0.3', async ({ limit, ...app }) => {
  const { gzip } = await measure(app);
  expect(gzip).toBeLessThanOrEqual(limit);
  expect(Math.abs(toldOf(app.name) - gzip)).toBeLessThan(0.3);
});

/** What a local rule on float weights, learning one task, has no use for. */
const foreign: Readonly<Record<string, RegExp>> = {
  'kernels that pull through products and pools':
    /kernels\/f32-(matmul-bt|.*input-gradient|.*pool-gradient|.*normalize.*)\.ts$|gradient-kernels\.ts$/,
  'int8 weights': /quantization\/int8|kernels\/i8-|wasm\/pairs\.ts$/,
  'what is remembered': /replay\.ts$|trunk\.ts$/,
  'checks of rules from outside': /define-rule\.ts$/,
  'other optimisers': /optimizers\/(?!adam|sgd|optimizer|schedule|error)\w|(adam|sgd)w\.ts$/,
  'other losses': /losses\/(?!cross-entropy|loss\b)\w|f32-(binary-cross-entropy|squared-error)/,
  'other tasks': /tasks\/(host\/)?(multi-label|regression|reconstruction|values)/,
  'other rules': /forward-only\/(?!tpsgd|rule|parts\/(layerwise|cells|mean-so-far))\w/,
  'other layers': /layers\/(?!conv2d|max-pool|flatten|dense|layer|network|index|parts\/)\w/,
  'other kernels': /kernels\/f32-(average-pool-|depthwise|group|normalize)/,
  'plain references': /simd\/(references|cases)|twins\/(?!math)|program\/(interpret|analyse|poison)\.ts$/,
  'the worker, the store, data sets': /src\/(worker|store|data\/(?!crc32|order|sealed))/,
};

test.each(Object.entries(foreign))('an app that learns by tpSGD holds none of %s', (_, pattern) => {
  expect(cnn.modules.filter((file) => pattern.test(file))).toEqual([]);
});

test('the run part holds nothing that records, links or emits', () => {
  const compiling =
    /forward-only|optimizers\/(?!schedule|error)|losses|layers|kernels|wasm\/(emitter|values|module)|program\/(link|pack)/;
  expect(run.modules.filter((file) => compiling.test(file))).toEqual([]);
});

test.each(['index', 'data/index', 'store/index', 'run', 'author'])(
  'src/%s.ts asks for nothing of Node',
  async (entry) => {
    const { metafile } = await bundle({ entryPoints: [`src/${entry}.ts`], write: false, metafile: true });
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  },
);

test('the worker begins with the line by which V8 compiles all of it while it loads', async () => {
  const { outputFiles } = await bundle({ ...workerBundle, write: false });
  expect(outputFiles[0].text.split('\n')[0]).toBe(eager);
});
