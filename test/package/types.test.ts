// The packed types in strict projects of the oldest and the newest TypeScript, declarations of the library checked too.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../tools/bundle.ts';
import { toolFile } from '../../scripts/matrix/install.ts';
import { compileStrangers, freshFolder } from '../../tools/pack.ts';
import { copyReadme } from './readme.ts';

const compilers = { 'TypeScript 5.4': toolFile('typescript-5.4'), 'the newest TypeScript': undefined };
const bundler = { module: 'ESNext', moduleResolution: 'bundler' };
const nodenext = { module: 'NodeNext', moduleResolution: 'nodenext' };
const inBrowser = { lib: ['ES2020', 'DOM'], types: [] };
const inNode = { lib: ['ES2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };

const readme = freshFolder('readme');
const app = [
  join(root, 'scripts/matrix/consumers/typed.ts'),
  copyReadme(readme, 'ten-lines', 'ts'),
  copyReadme(readme, 'in-a-browser', 'ts'),
];
const program = [join(root, 'scripts/matrix/consumers/typed-node.ts')];

const projects = [
  { name: 'an app for a bundler', files: app, ...bundler, ...inBrowser },
  { name: 'an app by nodenext', files: app, ...nodenext, ...inBrowser },
  { name: 'a program for Node without DOM', files: program, ...nodenext, ...inNode },
];

const runs = Object.entries(compilers)
  .flatMap(([by, compiler]) => projects.map((project) => ({ by, compiler, ...project })))
  .map((run, index) => ({ ...run, folder: `types-${index}` }));

test.each(runs)('$name compiles with $by', { timeout: 120_000 }, ({ name, by, files, folder, ...options }) => {
  expect(() => compileStrangers(freshFolder(folder), files, options)).not.toThrow();
});
