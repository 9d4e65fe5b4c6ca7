// A training that was ended goes on from its state, a killed one too, and ends with the weights of one that was not.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { begin } from '../../cli/begin.ts';
import { resume, type ResumeOptions } from '../../cli/resume.ts';
import { inspectCheckpoint } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'state.onward');

const training = (changed = {}) =>
  begin({ network: '784-12-10', limit: '300', epochs: '3', schedule: 'linear', ...changed });

/** The weights at the end, and whether it came there. */
async function run(options: Partial<ResumeOptions> = {}, changed = {}) {
  const trainee = await training(changed);
  const { interrupted, seconds } = await resume(trainee, { file, training: 'a', ...options });
  return { hash: trainee.learner.weightHash(), interrupted, seconds };
}

/** Fires after so many looks at it, each of which is a step. */
function signalAfter(steps: number): AbortSignal {
  const stop = new AbortController();
  let looks = 0;
  return new Proxy(stop.signal, {
    get(signal, name) {
      if (name === 'aborted' && ++looks > steps) stop.abort();
      const value = Reflect.get(signal, name, signal);
      return typeof value === 'function' ? value.bind(signal) : value;
    },
  });
}

test('one that is done leaves no state', async () => {
  const whole = await run({ minutes: 0 });
  expect(whole.interrupted).toBe(false);
  expect(existsSync(file)).toBe(false);
});

test.each([1, 9, 13])('ended at look %i', async (looks) => {
  const whole = await run();
  const ended = await run({ signal: signalAfter(looks) });
  expect([ended.interrupted, existsSync(file)]).toEqual([true, true]);
  const kept = Number(inspectCheckpoint(readFileSync(file)).metadata.seconds);
  const rest = await run();
  expect(rest.hash).toBe(whole.hash);
  expect(rest.seconds).toBeGreaterThan(kept);
  expect(existsSync(file)).toBe(false);
});

test('killed: it goes on from the last state that was written', async () => {
  const whole = await run();
  const trainee = await training();
  const { learner } = trainee;
  const save = learner.save.bind(learner);
  let saved = 0;
  learner.save = (options) => {
    if (++saved > 7) throw new Error('killed');
    return save(options);
  };
  await expect(resume(trainee, { file, training: 'a', minutes: 0 })).rejects.toThrow('killed');
  expect((await run()).hash).toBe(whole.hash);
});

test('of another training it begins anew', async () => {
  const whole = await run({ training: 'b' }, { seed: '2' });
  await run({ signal: signalAfter(5) });
  expect((await run({ training: 'b' }, { seed: '2' })).hash).toBe(whole.hash);
});
