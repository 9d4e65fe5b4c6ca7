// `npm run build`: sources -> dist, in four parts.
//
//   library  runtime, src, cli: one .js per .ts, so that an app's bundler drops every kernel and rule it does not name
//   types    one .d.ts beside each .js of runtime and src, for TypeScript 5.4 and newer
//   worker   src/worker/worker.ts as one self-contained file, to be served as it is
//   demos    dist/demos: the pages as a web app (scripts/build-demos.ts)
//
// Sources name the worker by `new URL('./worker.ts', import.meta.url)`; the build points that at the bundled file, as
// `onward/worker.js`: a file beside the module that names it, for browsers, Node and bundlers; and a file of the
// package, for bundlers that have moved the module elsewhere (Vite's pre-bundling).

import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { sep } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { buildDemos } from './build-demos.ts';
import { browser, bundle, root, workerBundle, workerSource } from './bundle.ts';
import { emitTypes, lowerTypes } from './emit-types.ts';

const workerName = 'onward/worker.js';
const workerFile = manifest.exports['./worker.js'];

const node = { target: 'node20', charset: 'utf8' } satisfies BuildOptions;

process.chdir(root);
rmSync('dist', { recursive: true, force: true });
await buildLibrary(
  [...sources('runtime'), ...sources('src')].filter((file) => file !== workerSource),
  browser,
);
await buildLibrary(sources('cli'), node);
await buildWorker();
await buildDemos({ form: 'web', outdir: 'dist/demos' });
emitTypes('dist');
lowerTypes('dist');
checkPackage();

async function buildLibrary(entryPoints: string[], platform: BuildOptions): Promise<void> {
  if (entryPoints.length === 0) return;
  await bundle({
    ...platform,
    entryPoints,
    outbase: '.',
    outdir: 'dist',
    packages: 'external',
    plugins: [keepModules(), nameWorker()],
  });
}

async function buildWorker(): Promise<void> {
  await bundle({ ...workerBundle, outfile: workerFile });
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

/** Puts the built worker's name where the source of threads has the source's. */
function nameWorker(): Plugin {
  return {
    name: 'name-worker',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/]worker[\\/]thread\.ts$/ }, ({ path }) => {
        const [before, after] = readFileSync(path, 'utf8').split("new URL('./worker.ts', ");
        return { contents: `${before}new URL('${workerName}', ${after}`, loader: 'ts' };
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
