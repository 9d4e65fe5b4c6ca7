// The packed types in strict projects of the oldest and the newest TypeScript, declarations of the library checked too.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/bundle.ts';
import { toolFile } from '../../scripts/matrix/install.ts';
import { compileStrangers, freshFolder } from '../../scripts/pack.ts';

const compilers = { 'TypeScript 5.4': toolFile('typescript-5.4'), 'the newest TypeScript': undefined };
const bundler = { module: 'ESNext', moduleResolution: 'bundler' };
const nodenext = { module: 'NodeNext', moduleResolution: 'nodenext' };
const inBrowser = { lib: ['ES2020', 'DOM'], types: [] };
const inNode = { lib: ['ES2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };

const projects = [
  { name: 'an app for a bundler', file: 'typed.ts', ...bundler, ...inBrowser },
  { name: 'an app by nodenext', file: 'typed.ts', ...nodenext, ...inBrowser },
  { name: 'a program for Node without DOM', file: 'typed-node.ts', ...nodenext, ...inNode },
];

const runs = Object.entries(compilers).flatMap(([by, compiler]) =>
  projects.map((project, index) => ({ by, compiler, folder: `types-${by.slice(-3)}-${index}`, ...project })),
);

test.each(runs)('$name compiles with $by', { timeout: 120_000 }, ({ name, by, file, folder, ...options }) => {
  const source = join(root, 'bench/consumers', file);
  expect(() => compileStrangers(freshFolder(folder), [source], options)).not.toThrow();
});
