// Where commands write: tried before the work begins, replaced whole, kept elsewhere where the place goes bad.

import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { openOutput } from '../../cli/output.ts';
import { writeAtomically } from '../../src/data/node/write-file.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);
const bytes = Uint8Array.of(1, 2, 3);
const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

mkdirSync(at('a-folder'));
if (!isWindows) symlinkSync(at('nothing'), at('dangling'));

describe('a path that is no file to write is refused before the work', () => {
  test.each<readonly [path: string, message: string]>([
    ['', 'names no file'],
    [at('a-folder'), 'is a folder, wanted a file'],
    [at('missing', 'm.onward'), `is in '${at('missing')}', wanted a folder that exists`],
    ...(isWindows ? [] : [[at('dangling'), 'is a link to nothing'] as const]),
    ...(existsSync('/dev/full') ? [['/dev/full', 'is a device, wanted a file'] as const] : []),
    ...(existsSync('/proc') ? [['/proc/onward', 'cannot be written: ENOENT'] as const] : []),
  ])("'%s' %s", async (path, message) => {
    const opened = openOutput('save', path);
    await expect(opened).rejects.toBeInstanceOf(UsageError);
    await expect(opened).rejects.toThrow(`--save '${path}' ${message}`);
  });

  test.each([
    ['train', '--save'],
    ['compile', '784-10', '--out'],
  ])('by %s', async (...args) => {
    const { code, out, err } = await onward(...args, at('a-folder'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^onward: UsageError: --\w+ '.*a-folder' is a folder, wanted a file\n$/);
  });

  test.skipIf(isWindows)("and so is a link into another's file, and a link that another made", async () => {
    writeFileSync(at('theirs'), 'theirs');
    if (isRoot) chownSync(at('theirs'), 12_345, 12_345);
    symlinkSync(isRoot ? at('theirs') : '/etc/passwd', at('to-theirs'));
    symlinkSync(at('theirs'), at('planted'));
    if (isRoot) lchownSync(at('planted'), 12_345, 12_345);
    for (const link of isRoot ? ['to-theirs', 'planted'] : ['to-theirs']) {
      await expect(openOutput('save', at(link))).rejects.toThrow("is a link of or into another's file");
    }
    expect(readFileSync(at('theirs'), 'utf8')).toBe('theirs');
  });
});

describe('a file that was there', () => {
  test.skipIf(isWindows)('keeps its mode, and a link to it stays one', async () => {
    writeFileSync(at('secret'), 'before');
    chmodSync(at('secret'), 0o600);
    symlinkSync(at('secret'), at('link'));
    expect(await (await openOutput('save', at('link'))).write(bytes)).toBe(at('link'));
    expect([...readFileSync(at('secret'))]).toEqual([...bytes]);
    expect(statSync(at('secret')).mode & 0o777).toBe(0o600);
    expect([...readFileSync(at('link'))]).toEqual([...bytes]);
  });

  test('is as it was while it is only tried', async () => {
    writeFileSync(at('old'), 'before');
    await openOutput('save', at('old'));
    expect(readFileSync(at('old'), 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

test('what a killed process left of a file is removed, what another writes is not', async () => {
  const left = ['p.onward.999999999-00c0ffee.part', `p.onward.${process.ppid}-00c0ffee.part`, 'p.onward.notes.part'];
  for (const name of left) writeFileSync(at(name), '');
  await writeAtomically(at('p.onward'), bytes);
  expect(readdirSync(folder).filter((name) => name.startsWith('p.onward'))).toEqual(['p.onward', ...left.slice(1)]);
});

test('what was learned is kept elsewhere, and told, where the place goes bad meanwhile', async () => {
  mkdirSync(at('goes'));
  const output = await openOutput('save', at('goes', 'm.onward'));
  rmSync(at('goes'), { recursive: true });
  let said = '';
  const spy = vi.spyOn(console, 'error').mockImplementation((text) => {
    said += text;
  });
  const kept = await output.write(bytes);
  spy.mockRestore();
  expect(process.exitCode).toBe(1);
  process.exitCode = undefined;
  expect(said).toBe(
    `onward: cannot write ${at('goes', 'm.onward')}: ENOENT: no such file or directory; it is in ${kept}`,
  );
  expect(kept.startsWith(tmpdir())).toBe(true);
  expect([...readFileSync(kept)]).toEqual([...bytes]);
  rmSync(join(kept, '..'), { recursive: true });
});
