// The shape of the sources, read from their text: imports go one way through the stages, without cycles; files stay
// short; no `any`, no `enum`; the core keeps to the API floor where the type checker cannot see it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** In processing order: a stage may import itself and every stage before it. */
const stages = [
  'runtime/wasm',
  'runtime/simd',
  'runtime/program',
  'src/errors.ts',
  'src/bytes.ts',
  'src/options.ts',
  'src/optimizers',
  'src/losses',
  'src/tasks',
  'src/quantization',
  'src/layers',
  'src/forward-only',
  'src/data',
  'src/compile',
  'src/learner',
  'src/run.ts',
  'src/replay.ts',
  'src/create.ts',
  'src/observe.ts',
  'src/store',
  'src/worker',
  'src/parallel',
  'src/check',
  'src/index.ts',
  'src/author.ts',
  'src/reference.ts',
  'tools',
  'bench',
  'cli',
  'demos',
  'scripts',
];

/** What the command line and the demos go through, so that one line more in an index is one more to choose. */
const indexes = [
  'src/forward-only/index.ts',
  'src/forward-only/known-failures.ts',
  'src/quantization/index.ts',
  'src/quantization/profiles/read-profile.ts',
];

/** Stages that see less than all before them: the store keeps any bytes, the demos are an app but for their menus. */
const onlyImports: Record<string, string[]> = {
  'src/store': ['src/data', 'src/store'],
  demos: ['src/index.ts', 'src/author.ts', 'src/worker', 'src/store', 'src/data', 'demos', ...indexes],
};

/** Packages that the library needs at run time, and the one stage that may import each. */
const packages: Record<string, string> = { comlink: 'src/worker', idb: 'src/store' };

/** DOM members that lib.dom declares and Chrome 80 lacks, with the version that brought them. */
const newerThanFloor: Record<string, RegExp> = {
  'AbortSignal.throwIfAborted (100)': /\.throwIfAborted\b/,
  'AbortSignal.timeout (103)': /\bAbortSignal\.timeout\b/,
  'AbortSignal.any (116)': /\bAbortSignal\.any\b/,
  'crypto.randomUUID (92)': /\brandomUUID\b/,
  'ReadableStream.from (124)': /\bReadableStream\.from\b/,
};

const maxLines = 400;
const maxColumns = 120;
/** An import of one name, which nothing can break. */
const onePath = /^import \{ \w+ \} from '[^']*';$/;

const root = join(import.meta.dirname, '..');
const folders = ['runtime', 'src', 'tools', 'bench', 'cli', 'demos', 'scripts'];
const files = folders.flatMap(sourcesUnder);
/** Not Markdown, of which these are templates. */
const plain = files.filter((file) => !/^scripts\/docs\/(choose-page|devices-page|rules-table)\.ts$/.test(file));
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const code = new Map([...text].map(([file, source]) => [file, withoutComments(source)]));
const imports = new Map([...code].map(([file, source]) => [file, relativeImports(file, source)]));

describe('imports', () => {
  test('every file belongs to a stage', () => {
    expect(files.filter((file) => stageOf(file) === undefined)).toEqual([]);
  });

  test('go one way through the stages', () => {
    const backwards = edges().filter(([from, to]) => !mayImport(from, to));
    expect(backwards.map((edge) => edge.join(' -> '))).toEqual([]);
  });

  test('name files that exist, with their extension', () => {
    const broken = edges().filter(([, to]) => !existsSync(join(root, to)) || !/\.\w+$/.test(to));
    expect(broken.map((edge) => edge.join(' -> '))).toEqual([]);
  });

  test('have no cycle', () => {
    expect(findCycle()).toEqual([]);
  });

  test('of packages stay out of the core', () => {
    const misplaced = files
      .filter((file) => /^(runtime|src)\//.test(file))
      .flatMap((file) =>
        specifiers(code.get(file)!)
          .filter((name) => !/^(\.{1,2}\/|node:)/.test(name))
          .filter((name) => packages[name] === undefined || packages[name] !== stageOf(file))
          .map((name) => `${file} -> ${name}`),
      );
    expect(misplaced).toEqual([]);
  });
});

describe('files', () => {
  test(`have at most ${maxLines} lines`, () => {
    expect(files.filter((file) => lines(file).length > maxLines)).toEqual([]);
  });

  test(`have lines of at most ${maxColumns} columns`, () => {
    const wide = plain.flatMap((file) =>
      lines(file).flatMap((line, index) =>
        line.length > maxColumns && !onePath.test(line) ? [`${file}:${index + 1}`] : [],
      ),
    );
    expect(wide).toEqual([]);
  });

  test('open with a comment that says what they are', () => {
    expect(files.filter((file) => !/^(#!.*\n)?\/(\/)/.test(text.get(file)!))).toEqual([]);
  });

  test('use no `any` and no `enum`', () => {
    const any = /(?:[:<|&,(]\s*|\bas\s+|\bkeyof\s+)any\b(?!\s*[(:.])/;
    const enumeration = /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/m;
    expect(matching(plain, any)).toEqual([]);
    expect(matching(files, enumeration)).toEqual([]);
  });

  test.each(Object.entries(newerThanFloor))('of the core do not use %s', (_, pattern) => {
    expect(
      matching(
        files.filter((file) => /^(runtime|src)\//.test(file)),
        pattern,
      ),
    ).toEqual([]);
  });
});

function mayImport(from: string, to: string): boolean {
  const [source, target] = [stageOf(from), stageOf(to)];
  if (source === undefined || target === undefined) return true;
  if (source === 'src/learner' && target === 'src/compile') return to === 'src/compile/compiled.ts';
  const allowed = onlyImports[source];
  return allowed ? allowed.includes(target) || allowed.includes(to) : stages.indexOf(target) <= stages.indexOf(source);
}

function stageOf(file: string): string | undefined {
  return stages.find((stage) => file === stage || file.startsWith(`${stage}/`));
}

function edges(): [from: string, to: string][] {
  return [...imports].flatMap(([from, targets]) => targets.map((to): [string, string] => [from, to]));
}

/** The files of one import cycle, or none. Types count too: a cycle of types is a cycle of ideas. */
function findCycle(): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return files.map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

function relativeImports(file: string, source: string): string[] {
  return specifiers(source)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name));
}

/** The module names of `import ... from '...'`, `export ... from '...'`, `import '...'` and `import('...')`. */
function specifiers(source: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name]) => name));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function matching(candidates: string[], pattern: RegExp): string[] {
  return candidates.filter((file) => pattern.test(code.get(file)!));
}

function lines(file: string): string[] {
  return text.get(file)!.split('\n');
}

function sourcesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules/'));
}
