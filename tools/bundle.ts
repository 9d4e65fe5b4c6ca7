// How esbuild bundles here: for the oldest engine, without warnings, and the library's worker as one file.

import { join } from 'node:path';
import { build, type BuildOptions, type BuildResult } from 'esbuild';

export const root = join(import.meta.dirname, '..');

/**
 * The oldest engine that runs the library: its syntax is the output's. It has private fields (Chrome 74) and optional
 * chains (Chrome 80). esbuild lowers both for corners that no file uses: `a?.#b` (Chrome 84), to maps that are larger
 * and slower, and `a?.b(...c)` (Chrome 91).
 */
const supported = { 'class-private-field': true, 'optional-chain': true };
export const browser = { target: 'chrome80', supported, charset: 'utf8' } satisfies BuildOptions;

/**
 * The first line of what pages load: V8 (Chromium 136 and newer) then compiles all functions of the file off the main
 * thread, while it loads, instead of each at its first call. Others take it for the comment it is.
 */
export const eager = '//# allFunctionsCalledOnLoad';

/** The library's files that run in workers, by the name that the package exports. */
export const workers = {
  'worker.js': 'src/worker/worker.ts',
  'parallel.js': 'src/parallel/worker.ts',
} as const;

export const workerSource = workers['worker.js'];

/** A worker with all it imports; it runs as a module and as a classic script. */
const bundleOf = (source: string) =>
  ({
    ...browser,
    entryPoints: [source],
    banner: { js: eager },
    format: 'iife',
    minify: true,
  }) satisfies BuildOptions;

export const workerBundle = bundleOf(workerSource);
export const parallelBundle = bundleOf(workers['parallel.js']);

export async function bundle<Options extends BuildOptions>(options: Options): Promise<BuildResult<Options>> {
  const all: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    external: ['node:*'],
    logLevel: 'warning',
    ...options,
  };
  const result = (await build(all)) as BuildResult<Options>;
  const { length } = result.warnings;
  if (length > 0) throw new Error(`esbuild gave ${length} warnings where none are accepted.`);
  return result;
}
