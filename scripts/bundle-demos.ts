// Scripts and styles of the demos, bundled, with the workers: each named by its content.

import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { demos } from '../demos/shell/demos.ts';
import { browser, bundle, root, workerBundle, workerSource } from '../tools/bundle.ts';

export type Form = 'web' | 'webview' | 'file';

/** Nothing is written there. */
const virtual = 'demos-out';

const isThere = (file: string): boolean => existsSync(join(root, file));
const posix = (path: string): string => path.split(sep).join('/');

export interface Asset {
  /** Below the folder of all pages. */
  readonly name: string;
  readonly text: string;
}

export interface Assets {
  /** All there are, with those that others import. */
  readonly files: readonly Asset[];
  /** By their source. */
  readonly bySource: ReadonlyMap<string, Asset>;
}

/** Served pages have modules, which share what they have in common; a page of one file has one classic script. */
export async function bundleDemos(form: Form, version: string): Promise<Assets> {
  const licence = `/* Onward ${version}, MIT licence */`;
  // Not `eager`: of rules and kernels, which are most of a page's scripts, it runs few.
  const banner = { js: licence, css: licence };
  const shared = { write: false, metafile: true, outdir: virtual, banner } as const;
  const entryPoints = [
    ...(form === 'web' ? ['demos/shell/app.ts'] : []),
    ...['theme.css', 'style.css'].map((file) => `demos/shell/${file}`),
    ...demos.flatMap(({ folder }) => ['main.ts', 'style.css'].map((file) => `demos/${folder}/${file}`)),
  ].filter(isThere);
  const workers = [workerSource, ...demos.map(({ folder }) => `demos/${folder}/worker.ts`).filter(isThere)];
  const results = await Promise.all([
    bundle({ ...workerBundle, ...shared, entryPoints: workers, entryNames: 'assets/[name]-[hash]' }),
    bundle({
      ...browser,
      ...shared,
      entryPoints,
      outbase: 'demos',
      entryNames: 'assets/[dir]-[name]-[hash]',
      chunkNames: 'assets/[name]-[hash]',
      minify: true,
      format: form === 'file' ? 'iife' : 'esm',
      splitting: form !== 'file',
      define: {
        // In the library's own way to its worker, which no page takes: they start it by the shell's.
        'import.meta.url': 'document.baseURI',
      },
    }),
  ]);
  const files: Asset[] = [];
  const bySource = new Map<string, Asset>();
  for (const { outputFiles, metafile } of results) {
    for (const { path, text } of outputFiles) {
      const output = posix(relative(root, path));
      const asset = { name: output.slice(`${virtual}/`.length), text };
      files.push(asset);
      const { entryPoint } = metafile.outputs[output];
      if (entryPoint !== undefined) bySource.set(entryPoint, asset);
    }
  }
  return { files, bySource };
}
