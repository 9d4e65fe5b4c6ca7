// Messages to a worker that nobody of ours sends: it answers that it could not read them, and all it serves goes on.

import { expect, test, vi } from 'vitest';
import { tpsgd } from '../../src/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';
import { startThread } from '../../src/worker/thread.ts';
import { names, network, smallData } from '../learner/small.ts';

const { x, y } = smallData(16);
const raw = { type: 'RAW', value: 0 };

const malformed: Readonly<Record<string, unknown>> = {
  nothing: null,
  'no object': 7,
  'no method': { id: '1', type: 'APPLY', path: ['constructor'], argumentList: [] },
  'a way into prototypes': { id: '1', type: 'SET', path: ['__proto__', 'fit'], value: raw },
  'no path': { id: '1', type: 'APPLY', argumentList: [] },
  'a path that is no list': { id: '1', type: 'APPLY', path: 5, argumentList: [] },
  'no arguments': { id: '1', type: 'APPLY', path: ['dispose'] },
  'a value of an unknown kind': {
    id: '1',
    type: 'APPLY',
    path: ['fit'],
    argumentList: [{ type: 'HANDLER', name: 'x' }],
  },
  'an error for a value': { id: '1', type: 'APPLY', path: ['fit'], argumentList: [{ type: 'HANDLER', name: 'throw' }] },
  'a function without a port': {
    id: '1',
    type: 'APPLY',
    path: ['fit'],
    argumentList: [{ type: 'HANDLER', name: 'proxy', value: 1 }],
  },
};

test('malformed messages do not end a shared worker', async () => {
  const worker = startThread();
  const learner = await createWorkerLearner({ network: network(), rule: tpsgd(), classes: names, worker });
  const { port1, port2 } = new MessageChannel();
  for (const connect of [null, 5, { type: 'onward/connect' }, { type: 'onward/connect', port: 1 }]) {
    worker.postMessage(connect, []);
  }
  worker.postMessage({ type: 'onward/connect', port: port2 }, [port2] as never[]);
  const answers: unknown[] = [];
  port1.addEventListener('message', ({ data }) => answers.push(data));
  port1.start();
  for (const message of Object.values(malformed)) port1.postMessage(message);
  await learner.fit(x, y);
  expect(await learner.steps()).toBeGreaterThan(0);
  const lost = Object.values(malformed).map(() => ({ type: 'onward/lost' }));
  await vi.waitFor(() => expect(answers).toEqual(lost));
  port1.close();
  worker.terminate();
});

test('calls of methods with arguments of wrong types are answered by named errors', async () => {
  const worker = startThread();
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'onward/connect', port: port2 }, [port2] as never[]);
  port1.start();
  const call = (method: string, given: readonly unknown[]): Promise<string> =>
    new Promise((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(data.value?.value?.name ?? 'no error'), { once: true });
      const argumentList = given.map((value) => ({ type: 'RAW', value }));
      port1.postMessage({ id: '1', type: 'APPLY', path: [method], argumentList });
    });
  expect(await call('invoke', ['predict', [x]])).toBe('DisposedError');
  expect(await call('start', [null, 'life'])).toBe('ConfigurationError');
  expect(await call('start', [{ version: 1e9 }, 'life'])).toBe('ConfigurationError');
  expect(await call('nextEvent', [5])).toBe('ConfigurationError');
  expect(await call('closeStream', ['x'])).toBe('no error');
  expect(await call('abort', [{}])).toBe('no error');
  port1.close();
  worker.terminate();
});
