import { describe, expect, it } from 'vitest';
import type { Contender, MatmulCase, StepRunner } from '../../bench/speed/contender.ts';
import { measure, measurePairs } from '../../bench/shared/measure.ts';
import { measureMatmul, ProductMismatchError } from '../../bench/speed/measure-matmul.ts';
import { LossMismatchError, measureStep } from '../../bench/speed/measure-step.ts';
import { tables } from '../../bench/speed/report.ts';

const hasty = { warmUpMs: 0, blockMs: 0, rounds: 3, budgetMs: 1000 };
const stepCase = { network: '4-3-2', batch: 2, learningRate: 0.1 };

/** A contender whose loss is `first`, `first - 0.01`, ... */
const learner = (name: string, first: number, onStep = () => {}): Contender => ({
  name,
  use: '',
  step: async (): Promise<StepRunner> => {
    let loss = first + 0.01;
    const step = () => {
      onStep();
      loss -= 0.01;
      return loss;
    };
    return { step, dispose() {} };
  },
});

/** The product as three loops; `error` is added to every element. */
const multiplier = (name: string, error = 0): Contender => ({
  name,
  use: '',
  async matmul({ kernel, m, k, n }, a, b) {
    const product = () => {
      const c = new Float32Array(m * n).fill(error);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          for (let l = 0; l < k; l++) {
            const left = kernel === 'f32_matmul_at' ? a[l * m + i] : a[i * k + l];
            c[i * n + j] += left * (kernel === 'f32_matmul_bt' ? b[j * k + l] : b[l * n + j]);
          }
        }
      }
      return c;
    };
    return { products: 1, run: () => void product(), result: async () => product(), dispose() {} };
  },
});

describe('measure', () => {
  it('warms up, then lets the subjects take turns, selecting each before its block', async () => {
    const log: string[] = [];
    const subject = (name: string) => ({
      activate: async () => void log.push(`${name}!`),
      call: async () => void log.push(name),
    });
    const timings = await measure([subject('a'), subject('b')], { ...hasty, rounds: 2 });
    expect(log.join(' ')).toBe('a! a b! b a! a b! b a! a b! b');
    for (const { medianMs, minMs } of timings) expect(medianMs).toBeGreaterThanOrEqual(minMs);
  });
});

/** A clock that a baseline moves, by turns by 1 and by `other`, and another subject by 3. */
function clockOf(other: number) {
  let [now, turns] = [0, 0];
  return {
    patience: { ...hasty, rounds: 4, clock: () => now },
    baseline() {
      now += turns++ % 2 === 0 ? other : 1;
    },
    subject() {
      now += 3;
    },
  };
}

describe('measurePairs', () => {
  it('has blocks of the baseline in front of each subject and behind it', async () => {
    const log: string[] = [];
    const subject = (name: string) => ({ call: () => void log.push(name) });
    await measurePairs(['-', 'a', 'b'].map(subject), { ...hasty, rounds: 2 });
    expect(log.join('')).toBe('-ab' + '-a-b-' + '-a-b-');
  });

  it.each([
    [1.09, false],
    [1.11, true],
    [1 / 1.09, false],
    [1 / 1.11, true],
  ])('compares with both, and where one takes %f of the other noisy is %s', async (other, noisy) => {
    const { patience, baseline, subject } = clockOf(other);
    const [first, pair] = await measurePairs([{ call: baseline }, { call: subject }], patience);
    expect(pair).toMatchObject({ ratio: expect.closeTo(6 / (1 + other), 6), noisy });
    expect(first).toMatchObject({ ratio: 1, noisy: false });
  });

  it('compares the halves of the rounds of a baseline alone', async () => {
    let [now, calls] = [0, 0];
    const call = (): void => {
      now += calls++ > 2 ? 2 : 1;
    };
    expect(await measurePairs([{ call }], { ...hasty, rounds: 4, clock: () => now })).toMatchObject([{ noisy: true }]);
  });
});

describe('measureStep', () => {
  it.each([
    [1.09, false],
    [1.11, true],
  ])('says noisy where the control once takes %f of what it takes: %s', async (other, noisy) => {
    const { patience, baseline, subject } = clockOf(other);
    const rows = await measureStep([learner('a', 2, baseline), learner('b', 2, subject)], stepCase, patience);
    expect(rows.map((row) => row.noisy)).toEqual([false, noisy]);
    expect(rows[1].timeRatio).toBeCloseTo(6 / (1 + other), 6);
    expect(tables.step(rows).includes('noisy')).toBe(noisy);
  });

  it('times those who learn alike and says why another cannot', async () => {
    const failing = { ...learner('c', 0), step: () => Promise.reject(new Error('no such kernel\nat line 1')) };
    const rows = await measureStep([learner('a', 2), learner('b', 2.001), failing], stepCase, hasty);
    expect(rows).toMatchObject([
      { case: '4-3-2 @2', who: 'a', ms: expect.any(Number), loss: expect.closeTo(1.91, 6) },
      { case: '4-3-2 @2', who: 'b', ms: expect.any(Number), loss: expect.closeTo(1.911, 6) },
      { case: '4-3-2 @2', who: 'c', ms: null, loss: null, cannot: 'no such kernel' },
    ]);
    expect(tables.step(rows)).toContain('cannot: no such kernel');
  });

  it('refuses to time contenders whose losses differ by more than 1e-3', async () => {
    const steps = { count: 0 };
    const contenders = [learner('a', 2), learner('b', 2.01, () => steps.count++)];
    await expect(measureStep(contenders, stepCase, hasty)).rejects.toThrow(LossMismatchError);
    expect(steps.count).toBe(10);
  });
});

describe('measureMatmul', () => {
  const cases: MatmulCase[] = [
    { kernel: 'f32_matmul', m: 3, k: 5, n: 7 },
    { kernel: 'f32_matmul_at', m: 3, k: 5, n: 7 },
    { kernel: 'f32_matmul_bt', m: 3, k: 5, n: 7 },
  ];

  it.each(cases)('accepts the right product: $kernel', async (matmulCase) => {
    const rows = await measureMatmul([multiplier('loops'), learner('none', 1)], matmulCase, 50, hasty);
    expect(rows).toMatchObject([{ kernel: matmulCase.kernel, shape: '3x5x7', who: 'loops' }]);
    expect(rows[0].fractionOfPeak).toBeCloseTo((rows[0].gflops ?? 0) / 50, 12);
  });

  it.each(cases)('refuses a wrong one: $kernel', async (matmulCase) => {
    await expect(measureMatmul([multiplier('off', 1e-3)], matmulCase, 50, hasty)).rejects.toThrow(ProductMismatchError);
  });
});
