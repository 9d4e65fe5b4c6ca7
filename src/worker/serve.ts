// A worker's thread: it serves as many learners as it is asked for, each at a port of its own.

import { expose } from 'comlink';
import type { Connect, Lost, RemoteLearner } from './protocol.ts';
import { isRequest } from './request.ts';

type Inbox = Pick<MessagePort, 'addEventListener'>;

const inbox: Inbox =
  'WorkerGlobalScope' in globalThis
    ? globalThis
    : (process.getBuiltinModule('node:worker_threads').parentPort as unknown as Inbox);

export function serve(host: () => RemoteLearner): void {
  inbox.addEventListener('message', ({ data }: MessageEvent<Partial<Connect> | null>) => {
    const port = data?.type === 'onward/connect' ? data.port : undefined;
    if (!(port instanceof MessagePort)) return;
    const learner = host();
    const lose = (): void => port.postMessage({ type: 'onward/lost' } satisfies Lost);
    port.addEventListener('messageerror', lose);
    port.addEventListener('message', (event) => {
      if (isRequest(event.data, learner)) return;
      event.stopImmediatePropagation();
      lose();
    });
    expose(learner, port);
  });
}
