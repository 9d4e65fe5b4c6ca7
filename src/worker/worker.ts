// The worker's own entry: `onward/worker.js` is this file with all it imports, as a script that runs as a module and as
// a classic one. It serves as many learners as it is asked for, each at a port of its own, and knows neither rules nor
// layers.

import { expose } from 'comlink';
import { hostLearner } from './host.ts';
import type { Connect, Lost } from './protocol.ts';
import { isRequest } from './request.ts';

type Inbox = Pick<MessagePort, 'addEventListener'>;

const inbox: Inbox =
  'WorkerGlobalScope' in globalThis
    ? globalThis
    : (process.getBuiltinModule('node:worker_threads').parentPort as unknown as Inbox);

inbox.addEventListener('message', ({ data }: MessageEvent<Partial<Connect> | null>) => {
  const port = data?.type === 'onward/connect' ? data.port : undefined;
  if (!(port instanceof MessagePort)) return;
  const learner = hostLearner();
  const lose = (): void => port.postMessage({ type: 'onward/lost' } satisfies Lost);
  port.addEventListener('messageerror', lose);
  port.addEventListener('message', (event) => {
    if (isRequest(event.data, learner)) return;
    event.stopImmediatePropagation();
    lose();
  });
  expose(learner, port);
});
