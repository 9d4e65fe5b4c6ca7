// The command line as it is installed from the package: a user's rule is made of its own library, and
// `start` has its page before its tables. How fast it starts is for bench/start/command-line.ts.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { freshFolder, installPacked, library } from '../../tools/pack.ts';

const main = join(library, 'dist/command/cli/main.js');
let folder: string;
beforeAll(() => {
  installPacked();
  folder = freshFolder('installed');
}, 300_000);

const onward = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

test.each(commands)('$name has its help', ({ name, about }) => {
  expect(onward('help').stdout).toContain(`  ${name} `);
  expect(onward(name, '--help').stdout).toContain(`onward ${name} `);
  expect(onward('help', name).stdout).toContain(about);
});

test('a rule of a file trains, and evaluate finds it again', () => {
  copyFileSync(join(import.meta.dirname, 'fixtures/my-rule.js'), join(folder, 'my-rule.js'));
  const tiny = ['--network', '784-12-10', '--limit', '200', '--epochs', '1', '--rule', 'my-rule.js', '--json'];
  const trained = onward('train', ...tiny, '--save', 'mine.onward');
  expect(trained.status, trained.stderr).toBe(0);
  const tested = onward('evaluate', '--restore', 'mine.onward', '--json');
  expect(tested.status, tested.stderr).toBe(0);
  expect(JSON.parse(tested.stdout).weightHash).toBe(JSON.parse(trained.stdout).weightHash);
});

test('notice is kept of what it holds of others', () => {
  const notice = readFileSync(join(library, 'dist/command/licenses.txt'), 'utf8');
  for (const name of ['sirv', 'mrmime', 'totalist', '@polka/url']) {
    expect(notice).toMatch(new RegExp(`^${name} \\d.*, MIT, by Luke Edwards$`, 'm'));
  }
  expect(notice).toContain('Permission is hereby granted, free of charge');
});

test('start serves its page before its tables; one Ctrl-C ends it', async () => {
  const child = spawn(process.execPath, [main, 'start', '--json'], { cwd: folder });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const ended = once(child, 'exit');
  const [said] = await once(child.stderr, 'data');
  const [page] = /http:\S+/.exec(String(said)) ?? [];
  expect(page).toMatch(/draw\/$/);
  expect((await fetch(String(page))).status).toBe(200);
  expect(out).toBe('');
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});
