// `onward check`: each check by name, with the reason where it does not hold; files of TypeScript and JavaScript, and all
// rules of the index, which `npm run -s onward -- check all` really checks.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { bars } from '../../src/check/bars.ts';
import { checks } from '../../src/check/checks/index.ts';
import { CheckError, checkRule } from '../../src/check/index.ts';
import { rules } from '../../src/forward-only/index.ts';
import { onward as asProcess } from './as-process.ts';
import { onward } from './in-process.ts';

vi.mock('../../src/check/index.ts', async (original) => ({ ...(await original<object>()), checkRule: vi.fn() }));

const folder = mkdtempSync(join(tmpdir(), 'onward-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const onSmall = ['--network', '6-8-3'];

function file(name: string, claim: string): string {
  const path = join(folder, name);
  const text = `{ ...backprop(options), name: 'mine', locality: { ...backprop().locality, ${claim} } }`;
  writeFileSync(path, `import { backprop } from 'onward';\nexport default (options) => (${text});\n`);
  return path;
}

test('a rule in a file of JavaScript that holds all', async () => {
  const { code, out } = await asProcess(['check', file('mine.mjs', ''), ...onSmall]);
  expect(code).toBe(0);
  expect(out).toContain(`mine holds ${checks.length + 1} of ${checks.length + 1} checks`);
  for (const { name } of checks) expect(out).toMatch(new RegExp(`^${name} +passed +6-8-3$`, 'm'));
});

test('one of TypeScript that claims what is not so: failed, with the reason', async () => {
  const { code, out } = await asProcess(['check', file('liar.ts', 'backwardLocked: false'), ...onSmall, '--json']);
  expect(code).toBe(1);
  const { holds, reports } = JSON.parse(out);
  expect(holds).toBe(false);
  expect(reports[0].results.find(({ wrong }: { wrong: string[] }) => wrong.length > 0)).toEqual({
    check: 'the proof of locality is what it claims',
    network: '6-8-3',
    wrong: ['backwardLocked is claimed false, proved true'],
  });
});

test('all rules of the index, each by what it has to reach; one that does not hold fails all', async () => {
  const names = Object.keys(rules);
  vi.mocked(checkRule).mockImplementation(async ({ name }, { bar } = {}) => {
    expect(bar).toEqual(bars[name]);
    const report = { rule: name, results: [{ check: 'a', network: 'b', wrong: [] }], refused: {} };
    if (name !== 'drtp') return report;
    throw new CheckError({ ...report, results: [{ check: 'a', network: 'b', wrong: ['no', 'never'] }] }, ['no']);
  });
  const { code, out } = await onward('check', 'all');
  expect(code).toBe(1);
  const told = names.map((name) => `${name} holds ${name === 'drtp' ? 0 : 1} of 1 checks\n`);
  expect(out.replace('  failed on b: a: no; never\n', '')).toBe(told.join(''));
  expect(out).toContain('drtp holds 0 of 1 checks\n  failed on b: a: no; never\n');
});

test('all rules in a storage: one that refuses it is told, and fails nothing', async () => {
  vi.mocked(checkRule).mockImplementation(async ({ name }, { storage } = {}) => {
    expect(storage?.name).toBe('int8');
    const report = { rule: name, results: [{ check: 'a', network: 'b', wrong: [] }], refused: {} };
    if (name !== 'stdp') return report;
    throw new CheckError({ ...report, results: [], refused: { b: 'it rounds' } }, ['it rounds']);
  });
  const { code, out } = await onward('check', 'all', '--storage', 'int8');
  expect(code).toBe(0);
  expect(out).toContain('stdp holds 0 of 0 checks\n  refuses b: it rounds\n');
});

test('no rule is one line', async () => {
  expect(await onward('check')).toMatchObject({ code: 2, err: expect.stringContaining('check wants a rule, a file') });
});
