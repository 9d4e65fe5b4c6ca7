// The declarations of the package, as `tsc` emits them: one .d.ts for every file of runtime and src.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the sources have that the package's readers do not know: imports of `./x.ts`, and types since TypeScript 5.7. */
const replaced: readonly [sources: RegExp, readers: string][] = [
  [/(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'],
  // The same type, in every version.
  [/\b(\w+Array)<ArrayBuffer>/g, "ReturnType<$1['slice']>"],
  [/\b(\w+Array)<ArrayBufferLike>/g, '$1'],
];

export function emitTypes(outdir: string): void {
  const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', outdir], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`tsc -p tsconfig.build.json ended with exit code ${status}.`);
  for (const name of readdirSync(outdir, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(outdir, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      replaced.reduce((changed, [sources, readers]) => changed.replace(sources, readers), text),
    );
  }
}
