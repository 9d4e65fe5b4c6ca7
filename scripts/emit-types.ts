// The declarations of the package, as `tsc` emits them: one .d.ts for every file of runtime and src.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The sources import `./x.ts`, and so do their declarations; a package's readers know only `./x.js`. */
export function emitTypes(outdir: string): void {
  const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', outdir], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`tsc -p tsconfig.build.json ended with exit code ${status}.`);
  rewrite(outdir, (text) => text.replace(/(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'));
}

/** Before version 5.7 TypeScript knew no type of a buffer; this is the same type in every version. */
export function lowerTypes(outdir: string): void {
  rewrite(outdir, (text) =>
    text
      .replace(/\b(\w+Array)<ArrayBuffer>/g, "ReturnType<$1['slice']>")
      .replace(/\b(\w+Array)<ArrayBufferLike>/g, '$1'),
  );
}

function rewrite(folder: string, change: (text: string) => string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }
}
