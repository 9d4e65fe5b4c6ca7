// The packed library against the oldest engines it is for, by MDN's table of who has what since when: syntax, globals,
// and what hangs on them (`Object.hasOwn`). Methods of values are the type checker's matter (tsconfig.core.json).

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CompatData, Identifier, SimpleSupportStatement } from '@mdn/browser-compat-data';
import { parse, type AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import { expect, test } from 'vitest';
import { library } from '../../tools/pack.ts';

/** The floor that README states. */
const floor = { chrome: 80, webview_android: 80, safari: 14.1, safari_ios: 14.5 } as const;

/** Taken only where it is there. */
const guarded = ['FinalizationRegistry']; // by comlink, which asks first

/** 18 MB, which no import has to transform. */
const bcd = createRequire(import.meta.url)('@mdn/browser-compat-data') as CompatData;
const { builtins, classes, grammar, operators, regular_expressions, statements } = bcd.javascript;

/** Where the table has a piece of syntax; undefined for what is older than all of it. */
function syntaxOf(node: AnyNode): Identifier | undefined {
  switch (node.type) {
    case 'PropertyDefinition':
      if (node.static) return classes.static.class_fields;
      return node.key.type === 'PrivateIdentifier' ? classes.private_class_fields : classes.public_class_fields;
    case 'MethodDefinition':
      return node.key.type === 'PrivateIdentifier' ? classes.private_class_methods : undefined;
    case 'StaticBlock':
      return classes.static.initialization_blocks;
    case 'BinaryExpression':
      return node.left.type === 'PrivateIdentifier' ? classes.private_class_fields_in : undefined;
    case 'AssignmentExpression':
      return {
        '??=': operators.nullish_coalescing_assignment,
        '||=': operators.logical_or_assignment,
        '&&=': operators.logical_and_assignment,
      }[node.operator as string];
    case 'LogicalExpression':
      return node.operator === '??' ? operators.nullish_coalescing : undefined;
    case 'ChainExpression':
      return operators.optional_chaining;
    case 'CatchClause':
      return node.param ? undefined : statements.try_catch.optional_catch_binding;
    case 'ImportExpression':
      return operators.import;
    case 'MetaProperty':
      return operators.import_meta;
    case 'Literal':
      if (node.bigint) return builtins.BigInt;
      if (node.regex && /\(\?<[=!]/.test(node.regex.pattern)) return regular_expressions.lookbehind_assertion;
      return /^\d[\d_]*_/.test(node.raw ?? '') ? grammar.numeric_separators : undefined;
  }
}

interface Use {
  readonly what: string;
  readonly entry: Identifier;
}

/** What a script uses of the table. */
function usesOf(text: string): Use[] {
  const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  const uses: Use[] = [];
  const own = new Set<string>();
  const named: AnyNode[] = [];
  full(tree, (node, _, type) => {
    const found = node as AnyNode;
    if (found.type === 'Identifier' && type === 'VariablePattern') own.add(found.name);
    else if (found.type === 'ImportDeclaration') for (const { local } of found.specifiers) own.add(local.name);
    else if (found.type === 'Identifier' || found.type === 'MemberExpression') named.push(found);
    const entry = syntaxOf(found);
    if (entry !== undefined) uses.push({ what: found.type, entry });
  });
  const all = named.map((node) => globalOf(node, own)).filter((use) => use !== undefined);
  return [...uses, ...all];
}

/** `X` and `X.y`, where X is nothing of the script's own. */
function globalOf(node: AnyNode, own: ReadonlySet<string>): Use | undefined {
  const tables: Identifier[] = [builtins, bcd.api, bcd.webassembly.api];
  if (node.type === 'Identifier') {
    const entry = tables.map((table) => table[node.name]).find((found) => found?.__compat);
    return own.has(node.name) || entry === undefined ? undefined : { what: node.name, entry };
  }
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || own.has(node.object.name)) return;
  if (node.computed || node.property.type !== 'Identifier') return;
  const [object, member] = [node.object.name, node.property.name];
  const entry = tables.map((table) => table[object]?.[`${member}_static`] ?? table[object]?.[member]).find(Boolean);
  return entry === undefined ? undefined : { what: `${object}.${member}`, entry };
}

/** Which of the floor's engines lack it. */
function lacking({ __compat }: Identifier): string[] {
  return Object.entries(floor)
    .filter(([engine, version]) => {
      const support = __compat?.support[engine as keyof typeof floor];
      const statements = [support ?? []].flat() as SimpleSupportStatement[];
      return !statements.some(({ version_added, flags }) => {
        return !flags && Number.parseFloat(String(version_added).replace('≤', '')) <= version;
      });
    })
    .map(([engine]) => engine);
}

const scripts = ['src', 'runtime']
  .flatMap((part) =>
    readdirSync(join(library, 'dist', part), { recursive: true, encoding: 'utf8' }).map((file) => `${part}/${file}`),
  )
  .filter((file) => file.endsWith('.js') && !file.startsWith('src/data/node/'));

test('syntax and globals of the library are as old as Chrome 80 and Safari 14.1', () => {
  const newer = scripts.flatMap((file) =>
    usesOf(readFileSync(join(library, 'dist', file), 'utf8'))
      .filter(({ what }) => !guarded.includes(what))
      .flatMap(({ what, entry }) => {
        const engines = lacking(entry);
        return engines.length > 0 ? [`${file}: ${what} is not in ${engines.join()}`] : [];
      }),
  );
  expect([...new Set(newer)]).toEqual([]);
});

test.each([
  ['a ??= 1;', 'AssignmentExpression'],
  ['class A { #b() {} }', 'MethodDefinition'],
  ['/(?<=a)b/', 'Literal'],
  ['structuredClone(1)', 'structuredClone'],
  ['Object.hasOwn({}, 1)', 'Object.hasOwn'],
  ['AbortSignal.any([])', 'AbortSignal.any'],
])('%s is newer', (text, what) => {
  const newer = usesOf(text).filter(({ entry }) => lacking(entry).length > 0);
  expect(newer.map((use) => use.what)).toContain(what);
});

test('names of its own are not globals', () => {
  expect(usesOf('import { structuredClone } from "./a.js"; structuredClone(1);')).toEqual([]);
});
