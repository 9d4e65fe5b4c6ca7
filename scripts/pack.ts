// The library as others get it: packed, installed into a folder that knows nothing of this repository, and files of
// theirs compiled against the packed types. What is built here stays as it is: a copy of the sources is packed.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './bundle.ts';

const made = ['node_modules', 'dist', 'build', 'coverage'];
const shell = process.platform === 'win32';

/** Installs the packed library into `folder`, without asking a registry: its dependencies are those installed here. */
export function installPacked(folder: string): void {
  const copy = mkdtempSync(join(tmpdir(), 'onward-pack-'));
  for (const name of readdirSync(root)) {
    if (made.includes(name) || name.startsWith('.')) continue;
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !made.includes(basename(path)) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', [...args, '--silent'], { cwd, encoding: 'utf8', shell }).trim();
  const archive = join(copy, npm(copy, 'pack').split('\n').at(-1) ?? '');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const needed = ['comlink', 'idb'].map((name) => join(root, 'node_modules', name));
  npm(folder, 'install', '--offline', '--install-links', '--no-audit', archive, ...needed);
  rmSync(copy, { recursive: true });
}

/** Checks files against the packed types, the declarations of the library too, and writes `<folder>/<name>.js`. */
export function compileStrangers(folder: string, files: readonly string[]): void {
  for (const file of files) cpSync(file, join(folder, basename(file)));
  const options = {
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    strict: true,
    verbatimModuleSyntax: true,
    rootDir: '.',
    outDir: '.',
  };
  const config = { compilerOptions: options, files: files.map((file) => basename(file)) };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the packed types do not hold:\n${stdout}`);
}
