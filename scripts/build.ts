// `npm run build`: sources -> dist, in five parts.
//
//   library  runtime, src: one .js per .ts, so that an app's bundler drops every kernel and rule it does not name
//   command  cli, with all it imports, in few files: it starts fast. Its library is its own; users' files get that one
//   types    one .d.ts beside each .js of runtime and src, for TypeScript 5.4 and newer
//   workers  src/worker/worker.ts and src/parallel/worker.ts, each one self-contained file, to be served as it is
//   demos    dist/demos: the pages as a web app (scripts/build-demos.ts)
//
// Sources name a worker by `new URL('./worker.ts', import.meta.url)`; the build points that at the bundled file, as
// `onward/worker.js` or `onward/parallel.js`: a file beside the module that names it, for browsers, Node and bundlers;
// and a file of the package, for bundlers that have moved the module elsewhere (Vite's pre-bundling).

import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { buildDemos } from './build-demos.ts';
import { browser, bundle, parallelBundle, root, workerBundle, workers } from '../tools/bundle.ts';
import { emitTypes, lowerTypes } from './emit-types.ts';

const workerSources: readonly string[] = Object.values(workers);

process.chdir(root);
rmSync('dist', { recursive: true, force: true });
await buildLibrary([...sources('runtime'), ...sources('src')].filter((file) => !workerSources.includes(file)));
await buildCommand();
await buildWorkers();
await buildDemos({ form: 'web', outdir: 'dist/demos' });
emitTypes('dist');
lowerTypes('dist');
checkPackage();

async function buildLibrary(entryPoints: string[]): Promise<void> {
  await bundle({
    ...browser,
    entryPoints,
    outbase: '.',
    outdir: 'dist',
    packages: 'external',
    plugins: [keepModules(), nameWorkers((name) => `onward/${name}.js`)],
  });
}

/** In dist/command as in the sources, chunks beside cli/main.js: what cli names by its own address is found. */
async function buildCommand(): Promise<void> {
  const { metafile } = await bundle({
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    metafile: true,
    entryPoints: ['cli/main.ts', 'cli/import-hook.ts', 'src/index.ts', 'src/author.ts', 'src/data/index.ts'],
    outbase: '.',
    outdir: 'dist/command',
    chunkNames: 'cli/[hash]',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    external: ['node:*', '../../bench/speed/*'],
    plugins: [nameWorkers((name) => `../../src/${name}/onward/${name}.js`)],
  });
  writeFileSync('dist/command/licenses.txt', licensesOf(metafile));
}

/** Notice of the packages in a bundle: who made them, and each text of a licence once. */
function licensesOf({ inputs }: Metafile): string {
  const folders = new Set(
    Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  const packages = [...folders].map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}, ${license}, by ${author?.name ?? author}`;
  });
  const texts = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => /^licen[cs]e(\.\w+)?$/i.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  return `This command holds code of\n\n${packages.join('\n')}\n\n${[...new Set(texts)].join('\n')}`;
}

async function buildWorkers(): Promise<void> {
  await bundle({ ...workerBundle, outfile: manifest.exports['./worker.js'] });
  await bundle({ ...parallelBundle, outfile: manifest.exports['./parallel.js'] });
}

/** Every file that package.json promises must be there. */
function checkPackage(): void {
  const exported = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  );
  const missing = [...Object.values(manifest.bin), ...exported].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`package.json names files that are not there: ${missing.join(', ')}.`);
  for (const program of Object.values(manifest.bin)) chmodSync(program, 0o755);
}

/** Leaves relative imports as imports, of .js instead of .ts. */
function keepModules(): Plugin {
  return {
    name: 'keep-modules',
    setup({ onResolve }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ kind, path }) =>
        kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
      );
    },
  };
}

/** Puts the address of a built worker where the sources have the source's. */
function nameWorkers(addressOf: (name: string) => string): Plugin {
  return {
    name: 'name-workers',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/](worker|parallel)[\\/]thread\.ts$/ }, ({ path }) => {
        const [before, after] = readFileSync(path, 'utf8').split("new URL('./worker.ts', ");
        return { contents: `${before}new URL('${addressOf(basename(dirname(path)))}', ${after}`, loader: 'ts' };
      });
    },
  };
}

function sources(folder: string): string[] {
  return filesUnder(folder, '.ts').filter((file) => !file.endsWith('.d.ts'));
}

function filesUnder(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file.split(sep).join('/')}`);
}
