// `onward check`: each check by name, with the reason where it does not hold; files of TypeScript and JavaScript, and all
// rules of the index, which `npm run -s onward -- check all` really checks.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { bars } from '../../src/check/bars.ts';
import { checks } from '../../src/check/checks/index.ts';
import { CheckError, checkRule } from '../../src/check/index.ts';
import { rules } from '../../src/forward-only/index.ts';
import { storages } from '../../src/quantization/index.ts';
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

describe('--storage all', () => {
  /** What a rule holds in a storage, by its name and the activations'. */
  type Verdict = (rule: string, kept: string) => { wrong?: string[]; refused?: Record<string, string> };
  const judged = (verdict: Verdict): void => {
    vi.mocked(checkRule).mockImplementation(async ({ name }, { storage, activations } = {}) => {
      const kept = [storage?.name, ...(activations ? [activations.name] : [])].join(' ');
      const { wrong = [], refused = {} } = verdict(name, kept);
      const results = 'every' in refused ? [] : [{ check: 'a', network: 'b', wrong }];
      const report = { rule: name, results, refused };
      if (wrong.length === 0 && results.length > 0) return report;
      throw new CheckError(report, ['no']);
    });
  };

  test('where a rule is known to learn little, that is told and not judged', async () => {
    judged(() => ({}));
    const { code, out } = await onward('check', 'pepita', '--storage', 'all');
    expect(code).toBe(0);
    expect(out).toContain('pepita, int4: holds 1 of 1 checks, and is known to learn little\n');
    expect(out).toContain('pepita, int8: holds 1 of 1 checks\n');
    const bars = vi.mocked(checkRule).mock.calls.map(([, on]) => on?.bar?.accuracy);
    expect(bars.filter((accuracy) => accuracy === 0)).toHaveLength(1);
  });

  test('goes over every storage with each rule, a line each, by the optimiser that it takes', async () => {
    const seen: string[] = [];
    judged((rule, kept) => {
      seen.push(`${rule} ${kept.split(' (')[0]}`);
      return {};
    });
    const { code, out } = await onward('check', 'drtp', 'tpsgd', '--storage', 'all');
    expect(code).toBe(0);
    const lines = out.split('\n').filter((line) => line.endsWith(': holds 1 of 1 checks'));
    expect(lines).toHaveLength(seen.length);
    for (const rule of ['drtp', 'tpsgd']) {
      for (const storage of [
        ...Object.keys(storages),
        'int8, activations int8:deltas',
        'tikiTaka:ecram, buffered=true',
      ]) {
        expect(lines).toContain(`${rule}, ${storage}: holds 1 of 1 checks`);
      }
    }
    expect(new Set(seen)).toContain('tpsgd int8 int8');
    const trained = vi.mocked(checkRule).mock.calls.filter(([, on]) => on?.storage?.name.includes('pulse trains'));
    for (const [{ optimizers }] of trained.slice(-2)) {
      expect(Object.values(optimizers).map(({ update }) => update.name)).toEqual(['sgd']);
    }
    expect(out).toContain('refused: 0 networks');
  });

  test('refusals are counted with their reason, and one that is not documented is a failure where nothing is left', async () => {
    const reason = "stdp makes 'dense_1/weight' positive, where int8 rounds: wanted a storage that does not, as f32";
    judged((_, kept): ReturnType<Verdict> => {
      if (kept === 'int8') return { refused: { every: reason, other: reason.replace('dense_1', 'conv2d_1') } };
      return kept === 'int4' ? { refused: { some: 'it will not' } } : {};
    });
    const told = await onward('check', 'stdp', '--storage', 'all');
    expect(told.code, told.out).toBe(0);
    expect(told.out).toContain('stdp, int8: refused on all of 2 networks, as is documented\n');
    expect(told.out).toContain('stdp, int4: holds 1 of 1 checks, refuses 1 network\n');
    expect(told.out).toContain('refused: 3 networks\n');
    expect(told.out).toContain(`  stdp, 2 times, on every, other in int8: ${reason}\n`);

    judged((_, kept) => (kept === 'int4' ? { refused: { every: 'it will not' } } : {}));
    const other = await onward('check', 'stdp', '--storage', 'all');
    expect(other.code).toBe(1);
    expect(other.out).toContain('stdp, int4: refused on all of 1 network, which is not documented: it will not\n');
  });

  test('what fails is said where it does, and ends with 1; also in JSON', async () => {
    judged((_, kept) => (kept.startsWith('tikiTaka') ? { wrong: ['no'] } : {}));
    const { code, out } = await onward('check', 'drtp', '--storage', 'all', '--json');
    expect(code).toBe(1);
    const { holds, reports } = JSON.parse(out);
    expect(holds).toBe(false);
    const failed = reports.flatMap((report: Record<string, unknown>) => (report.holds ? [] : [report.storage]));
    expect(failed).toEqual(['tikiTaka:ecram', 'tikiTaka:ecram, buffered=true']);
    const twice = await onward('check', 'drtp', '--storage', 'all', '--activations', 'int8');
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('--storage all sets activations')]);
  });
});

test('no rule is one line', async () => {
  expect(await onward('check')).toMatchObject({ code: 2, err: expect.stringContaining('check wants a rule, a file') });
});
