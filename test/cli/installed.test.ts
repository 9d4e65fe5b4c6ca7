// The command line as it is installed from the package: it starts fast, and a user's rule is made of its own library.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { freshFolder, installPacked, library } from '../../scripts/pack.ts';

const main = join(library, 'dist/command/cli/main.js');
let folder: string;
beforeAll(() => {
  installPacked();
  folder = freshFolder('installed');
}, 300_000);

const onward = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

test('help starts within 0.3 s of node itself: the least of ten runs each', () => {
  const timed = (...args: string[]): number => {
    const begin = performance.now();
    execFileSync(process.execPath, args);
    return performance.now() - begin;
  };
  const runs = Array.from({ length: 10 }, () => [timed(main, 'help'), timed('-e', '0')]);
  const [help, node] = [0, 1].map((which) => Math.min(...runs.map((times) => times[which])));
  expect(help - node).toBeLessThan(300);
});

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

test('start serves its page within 5 s, before its tables; one Ctrl-C ends it', async () => {
  const begin = performance.now();
  const child = spawn(process.execPath, [main, 'start', '--json'], { cwd: folder });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const ended = once(child, 'exit');
  const [said] = await once(child.stderr, 'data');
  expect(performance.now() - begin).toBeLessThan(5000);
  const [page] = /http:\S+/.exec(String(said)) ?? [];
  expect(page).toMatch(/draw\/$/);
  expect((await fetch(String(page))).status).toBe(200);
  expect(out).toBe('');
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});
