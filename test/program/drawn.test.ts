// Random numbers that are drawn where they are read: which element of the stream an expression finds at a place, in
// whatever window it is computed; by sample, by row of a table, by step and by moment.

import type { DistributionName } from '../../runtime/simd/parts/distribution.ts';
import { describe, expect, test } from 'vitest';
import { along, plus, view } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Gather, OneHot } from '../../runtime/program/leaves.ts';
import { Program, type DrawOptions } from '../../runtime/program/program.ts';
import { drawnClass } from '../../src/forward-only/parts/drawn-class.ts';
import { f32_random } from '../../runtime/simd/kernels/f32-random.ts';
import { philox4x32, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { runEverywhere, type Run } from './run.ts';

const [CAPACITY, BATCH, POSITIONS, CHANNELS, CLASSES] = [5, 3, 3, 11, 6];
const FEATURES = POSITIONS * CHANNELS;
const [SEED, STEP] = [7, 4];
const LABELS = [4, 0, 5];
const SAMPLES = [9, 1_000_000, 0];

interface Given {
  readonly p: Program;
  readonly batch: Dim;
  readonly labels: Tensor;
}

function program(capacity = CAPACITY): Given {
  const p = new Program();
  const batch = p.count('batch', capacity, BATCH);
  const index = (name: string): Tensor =>
    p.tensor({ name, shape: [batch], role: 'label', element: 'i32', life: 'persistent' });
  p.rows = index('rows').buffer;
  return { p, batch, labels: index('labels') };
}

/** Runs the phase, with the indices that it reads. */
function run({ p }: Given, step = STEP): Run {
  const ran = runEverywhere(p);
  const has = (name: string): boolean => [...ran.plan.addresses.keys()].some((buffer) => buffer.name === name);
  ran.write('seed', [SEED]);
  ran.write('step', [step]);
  if (has('rows')) ran.write('rows', SAMPLES);
  if (has('labels')) ran.write('labels', LABELS);
  ran.call('run');
  return ran;
}

type Windows = Readonly<Record<string, (p: Program, expression: Expression, out: Tensor) => void>>;

/** How a tensor of [batch, positions, channels] is computed from an expression of its shape. */
const windows: Windows = {
  whole: (p, expression, out) => p.write(out, expression),
  'groups of columns': (p, expression, out) =>
    p.columnGroups(constant(FEATURES), 8, (first, columns) => {
      const window = { rows: out.batch, columns: constant(columns as number), first, sample: null };
      p.evaluate(expression, out.at(first), window, FEATURES, columns);
    }),
  'panels of a sample': (p, expression, out) =>
    p.loop(out.batch, (index) =>
      p.columnGroups(constant(CHANNELS), 8, (first, columns) => {
        const sample = { index, channels: CHANNELS };
        const window = { rows: constant(POSITIONS), columns: constant(columns as number), first, sample };
        p.evaluate(expression, out.at(plus(along(index, FEATURES), first)), window, CHANNELS, columns);
      }),
    ),
};

const kinds = ['uniform', 'normal', 'signs'] as const satisfies DistributionName[];
const scale = 2.5;

/** A tensor of [batch, positions, channels], drawn. */
function drawn(options: Partial<DrawOptions> & Pick<DrawOptions, 'per'>, how = 'whole', step = STEP): Float32Array {
  const given = program();
  const { p, batch, labels } = given;
  const shape = [batch, POSITIONS, CHANNELS];
  const out = p.tensor({ name: 'out', shape, role: 'data', life: 'persistent' });
  const per = typeof options.per === 'string' ? options.per : { row: labels.buffer };
  p.phase('run', () =>
    windows[how](p, p.drawn('stream', shape, { kind: 'uniform', scale, each: 'once', ...options, per }), out),
  );
  return run(given, step).read('out');
}

const byRow = { per: { row: null as never } };

/** The same table whole, by f32_random, and a gather of its rows. */
function gathered(kind: DistributionName): Float32Array {
  const given = program();
  const { p, batch, labels } = given;
  const n = CLASSES * FEATURES;
  const table = p.tensor({ name: 'table', shape: [CLASSES, POSITIONS, CHANNELS], role: 'data', life: 'persistent' });
  const out = p.tensor({ name: 'out', shape: [batch, POSITIONS, CHANNELS], role: 'data', life: 'persistent' });
  const floats: Record<string, number> = kind === 'uniform' ? { low: -scale, high: scale } : { scale };
  p.phase('run', () => {
    p.call(f32_random(kind), { out: view(table.buffer), n, stride: 1, first: 0, ...p.draws('stream'), ...floats });
    p.write(out, new Gather(table, labels.buffer));
  });
  return run(given).read('out');
}

describe.each(kinds)('%s', (kind) => {
  const table = gathered(kind);
  const samples = drawn({ kind, per: 'sample' });

  test.each(Object.keys(windows))('rows of a fixed table are those of the table drawn whole: %s', (how) => {
    expect(drawn({ ...byRow, kind }, how)).toEqual(table);
  });

  test.each(Object.keys(windows))('draws of a sample are the same in every window: %s', (how) => {
    expect(drawn({ kind, per: 'sample' }, how)).toEqual(samples);
  });

  test('one draw for all rows', () => {
    const all = drawn({ kind, per: 'batch' });
    for (let row = 1; row < BATCH; row++) {
      expect(all.subarray(row * FEATURES, (row + 1) * FEATURES)).toEqual(all.subarray(0, FEATURES));
    }
  });

  test('scale is its unit', () => {
    const one = drawn({ kind, per: 'batch', scale: 1 });
    const bound = kind === 'normal' ? 6 : 1;
    expect(one.every((value) => Math.abs(value) <= bound)).toBe(true);
    drawn({ kind, per: 'batch' }).forEach((value, i) => expect(value).toBeCloseTo(scale * one[i], 5));
  });
});

/** Element e of the stream for a sample at a step and turn, in [-scale, scale). */
const element = (e: number, { step = 0, turn = 0, sample = 0 }): number =>
  2 * scale * uniformFromWord(philox4x32([e >>> 2, step, turn, sample], [SEED, streamKey('stream')])[e & 3]) - scale;

describe('the element is f(seed, stream, step, turn, sample, place in the sample)', () => {
  const grid = (at: (row: number, feature: number) => number): Float32Array =>
    Float32Array.from({ length: BATCH * FEATURES }, (_, i) => at(Math.floor(i / FEATURES), i % FEATURES));
  const close = (got: Float32Array, want: Float32Array): void =>
    got.forEach((value, i) => expect(value).toBeCloseTo(want[i], 5));

  test('by sample: elements count inside it', () => {
    close(
      drawn({ per: 'sample' }),
      grid((row, feature) => element(feature, { sample: SAMPLES[row] })),
    );
  });

  test('by row: elements count through the table', () => {
    close(
      drawn(byRow),
      grid((row, feature) => element(LABELS[row] * FEATURES + feature, {})),
    );
  });

  test('anew in each step, or never', () => {
    close(
      drawn({ per: 'sample', each: 'step' }),
      grid((row, f) => element(f, { step: STEP, sample: SAMPLES[row] })),
    );
    expect(drawn({ per: 'sample', each: 'step' }, 'whole', 5)).not.toEqual(drawn({ per: 'sample', each: 'step' }));
    expect(drawn({ per: 'sample' }, 'whole', 5)).toEqual(drawn({ per: 'sample' }));
  });

  test('of a piece of something larger: `first` numbers its first element', () => {
    close(
      drawn({ per: 'batch', first: 9 }),
      grid((_, feature) => element(9 + feature, {})),
    );
    close(
      drawn({ per: 'sample', first: 9 }, 'panels of a sample'),
      grid((r, f) => element(9 + f, { sample: SAMPLES[r] })),
    );
  });

  test('of a moment: the turn it names, whatever loop it is drawn in', () => {
    const given = program(BATCH);
    const { p, batch } = given;
    const steps = constant(3);
    const sequence = (name: string): Tensor =>
      p.tensor({ name, shape: [3, batch, FEATURES], role: 'data', life: 'persistent' });
    const [there, back, without] = ['there', 'back', 'without'].map(sequence);
    const draw = (at?: Parameters<Parameters<Program['time']>[2]>[0]): Expression =>
      p.drawn('stream', [batch, FEATURES], { kind: 'uniform', scale, each: 'once', per: 'sample', at });
    p.phase('run', () => {
      p.time(steps, 'forward', (at) => {
        p.write(there.slot(at.turn), draw(at));
        p.write(without.slot(at.turn), draw());
      });
      p.time(steps, 'back', (at) => p.write(back.slot(at.turn), draw(at)));
    });
    const ran = run(given);
    const turns = (name: string): Float32Array[] =>
      [0, 1, 2].map((turn) => ran.read(name).subarray(turn * BATCH * FEATURES, (turn + 1) * BATCH * FEATURES));
    turns('there').forEach((values, turn) =>
      close(
        values,
        grid((r, f) => element(f, { turn, sample: SAMPLES[r] })),
      ),
    );
    expect(turns('back')).toEqual(turns('there'));
    for (const values of turns('without')) expect(values).toEqual(turns('there')[0]);
  });
});

test('what is drawn where it is read costs no byte', () => {
  const given = program();
  const { p, batch } = given;
  p.phase('run', () => {
    const noise = p.drawn('noise', [batch, FEATURES], { kind: 'normal', each: 'step', per: 'sample' });
    p.compute('y', noise.plus(1), { life: 'persistent' });
  });
  const names = [...run(given).plan.addresses.keys()].map(({ name }) => name).sort();
  expect(names).toEqual(['count/batch', 'rows', 'seed', 'step', 'y']);
});

test('a program without the port of rows draws nothing by sample', () => {
  const p = new Program();
  expect(() => p.drawn('noise', [2, 3], { kind: 'normal', each: 'step', per: 'sample' })).toThrow(
    'the program has no port of rows',
  );
});

describe('a class of each sample', () => {
  const given = program();
  const { p, labels } = given;
  const classes = p.count('classes', CLASSES + 2, CLASSES);
  p.phase('run', () => {
    const hot = new OneHot(drawnClass(p, 'wrong', { not: labels.buffer, classes }), classes);
    p.compute('hot', hot, { life: 'persistent', role: 'data' });
  });
  const ran = run(given);
  /** Of each sample. */
  const classesAt = (step: number, samples = SAMPLES, wrong = LABELS): number[] => {
    ran.write('step', [step]);
    ran.write('rows', samples);
    ran.write('labels', wrong);
    ran.call('run');
    const hot = ran.read('hot');
    return samples.map((_, row) => hot.subarray(row * CLASSES, (row + 1) * CLASSES).indexOf(1));
  };

  test('is never the one it must not be, and each of the others in its turn', () => {
    const drawnClasses = Array.from({ length: 300 }, (_, step) => classesAt(step));
    LABELS.forEach((label, row) => {
      const counts = Array.from({ length: CLASSES }, (_, c) => drawnClasses.filter((all) => all[row] === c).length);
      expect(counts[label]).toBe(0);
      const share = 1 / (CLASSES - 1);
      const bound = 5 * Math.sqrt(300 * share * (1 - share));
      counts.forEach((count, c) => c === label || expect(Math.abs(count - 300 * share)).toBeLessThan(bound));
    });
  });

  test("belongs to the sample's number in the data, wherever it stands", () => {
    const [a, b, c] = classesAt(3);
    expect(classesAt(3, [SAMPLES[2], SAMPLES[0], SAMPLES[1]], [LABELS[2], LABELS[0], LABELS[1]])).toEqual([c, a, b]);
  });
});
