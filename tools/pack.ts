// The library as others get it: packed, and installed into a folder that knows nothing of this repository. What is
// built here stays as it is: a copy of the sources is packed.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './bundle.ts';

const made = ['node_modules', 'dist', 'build', 'coverage'];
/** What the archive is made of. */
const sources = [
  'package.json',
  'tsconfig.json',
  'tsconfig.core.json',
  'runtime',
  'src',
  'cli',
  'demos',
  'scripts',
  'tools',
];

/** Where the packed library is installed: folders below see it as their own dependency. */
export const packed = join(root, 'build/packed');
export const library = join(packed, 'node_modules/onward');

/** Installs the packed library, without asking a registry: its dependencies are those installed here. */
export function installPacked(): void {
  const stamp = join(packed, 'package.json');
  if (existsSync(library) && statSync(stamp).mtimeMs > lastChange()) return;
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  writeFileSync(stamp, JSON.stringify({ private: true, type: 'module' }));
  const copy = mkdtempSync(join(tmpdir(), 'onward-pack-'));
  for (const name of readdirSync(root)) {
    if (made.includes(name) || name.startsWith('.')) continue;
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !made.includes(basename(path)) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', [...args, '--silent'], { cwd, encoding: 'utf8', shell: process.platform === 'win32' }).trim();
  const archive = join(copy, npm(copy, 'pack').split('\n').at(-1) ?? '');
  const needed = ['comlink', 'idb'].map((name) => join(root, 'node_modules', name));
  npm(packed, 'install', '--offline', '--install-links', '--no-audit', archive, ...needed);
  rmSync(copy, { recursive: true });
}

/** When the last of the sources was written. */
export const lastChange = (): number => Math.max(...sources.map((name) => changed(join(root, name))));

/** When the last of these files was written. */
function changed(path: string): number {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

/** An empty folder of that name, in which the package is installed. */
export function freshFolder(name: string): string {
  const folder = join(packed, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

/**
 * Checks files against the packed types, the declarations of the library too, and writes `<folder>/<name>.js`.
 * @throws with what the compiler said.
 */
export function compileStrangers(
  folder: string,
  files: readonly string[],
  { compiler = join(root, 'node_modules/typescript'), ...told }: { compiler?: string; [option: string]: unknown } = {},
): void {
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
    ...told,
  };
  const config = { compilerOptions: options, files: files.map((file) => basename(file)) };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = spawnSync(process.execPath, [join(compiler, 'bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the packed types do not hold:\n${stdout}`);
}
