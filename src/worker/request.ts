// What comlink sends for a call of a learner's method, and nothing else that it would understand: a message of another
// form would end the worker, with all learners it serves.

import type { RemoteLearner } from './protocol.ts';

/** A value as comlink posts it: as it is, or a function of the other side by its port. */
const isArgument = (value: { type?: unknown; name?: unknown; value?: unknown } | null): boolean =>
  value?.type === 'RAW' || (value?.type === 'HANDLER' && value.name === 'proxy' && value.value instanceof MessagePort);

/** Whether a message is one that the calling side of a learner sends. */
export function isRequest(message: unknown, learner: RemoteLearner): boolean {
  const { id, type, path, argumentList } = (message ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string') return false;
  if (type === 'RELEASE') return argumentList === undefined && path === undefined;
  if (type !== 'APPLY' || !Array.isArray(path) || !Array.isArray(argumentList)) return false;
  const isMethod = path.length === 1 && typeof path[0] === 'string' && Object.keys(learner).includes(path[0]);
  return isMethod && argumentList.every(isArgument);
}
