// Hostile files of at most 4 MB: each is refused or read within 256 MiB, and as much processor time as counting to 2.5e9
// takes (three seconds or so), in a process of its own.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { writeNpy } from '../../src/data/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-bombs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SIZE = 4_000_000;
/** Counts to 1e8. */
const MOST = 25;
const filled = (text: string, size = SIZE): string => text.repeat(Math.floor(size / text.length));
const words = 'abcdefghijkl';
const gz = (content: string | Uint8Array): Uint8Array => gzipSync(content);
/** A gzip whose last bytes say that it holds little. */
function lying(packed: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(packed);
  bytes.fill(0, bytes.length - 4);
  return bytes;
}

const gibibyte = gz(new Uint8Array(2 ** 30 - 1));

const files: Readonly<Record<string, () => string | Uint8Array>> = {
  'zeros.csv.gz': () => gibibyte,
  'lying.csv.gz': () => lying(gibibyte),
  'rows.csv.gz': () => gz(filled('1,2\n', 120_000_000)),
  'members.csv.gz': () => Buffer.concat(Array(150_000).fill(gzipSync('1,2\n'))),
  'zeros.npz.gz': () => gz(writeNpy({ data: new Uint8Array(2 ** 28), shape: [2 ** 28] })),
  'commas.csv': () => filled(','),
  'wide.csv': () => filled(`1${','.repeat(100_000)}\n`),
  'digits.csv': () => filled('1\n'),
  'words.csv': () => filled('a\nb\n'),
  'names.csv': () => Array.from({ length: 800_000 }, (_, row) => row.toString(36)).join('\n'),
  'one-hot.csv': () =>
    `h,${[...words].map((word) => `c${word}`).join()}\n${filled(`${[0, 1].map((row) => `${row},${[...words].map((_, at) => words[(at + row) % 12]).join()}`).join('\n')}\n`)}`,
  'quotes.csv': () => filled('"'),
  'blanks.csv': () => filled('1 '),
  'lines.csv': () => filled('\n'),
};

const read = `
const { readFileSync } = await import('node:fs');
const { loadDataset } = await import(process.argv[1]);
const mostBytes = () => 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const spent = async (work) => {
  const clock = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(clock);
  return user + system;
};
const count = () => { for (let i = 0, h = 0; i < 1e8; i++) h = Math.imul(h ^ i, 0x9e3779b9); };
const unit = await spent(count);
const before = mostBytes();
let outcome;
const load = async () => { outcome = await loadDataset(process.argv[2]).then(() => 'read', (error) => error.name); };
const time = await spent(load) / unit;
console.log(JSON.stringify({ outcome, time, bytes: mostBytes() - before }));`;

test.skipIf(process.platform !== 'linux').each(Object.keys(files))('%s', { timeout: 60_000 }, (name) => {
  const path = join(folder, name);
  const content = files[name]();
  expect(content.length).toBeLessThanOrEqual(SIZE + 200);
  writeFileSync(path, content);
  const sources = join(import.meta.dirname, '../../src/data/node/sources.ts');
  const args = ['--import', 'tsx', '--input-type=module', '-e', read, sources, path];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { outcome, time, bytes } = JSON.parse(stdout);
  expect(['read', 'DataError']).toContain(outcome);
  expect(bytes).toBeLessThan(256 * 2 ** 20);
  expect(time).toBeLessThan(MOST);
});
