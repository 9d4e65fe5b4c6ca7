// Messages to a learner in a worker: those of another form are not taken for requests; those that are get an answer.

import { compileLearner } from '../../../src/compile/compile.ts';
import { dense, sequential, tpsgd } from '../../../src/index.ts';
import { hostLearner } from '../../../src/worker/host.ts';
import { INVOKED, PROPERTIES } from '../../../src/worker/methods.ts';
import type { RemoteLearner } from '../../../src/worker/protocol.ts';
import { isRequest } from '../../../src/worker/request.ts';
import { odd } from '../odd.ts';
import { below, oneOf, type Target, type Words } from '../target.ts';

const METHODS: readonly (keyof RemoteLearner)[] = [
  'start',
  'fit',
  'abort',
  'openStream',
  'nextEvent',
  'closeStream',
  'invoke',
  'property',
  'adopt',
];

const argument = (next: Words): unknown =>
  below(next, 12) === 0 ? odd(next, 2) : { type: 'RAW', value: below(next, 3) > 0 ? odd(next, 3) : below(next, 4) };

function message(next: Words): Readonly<Record<string, unknown>> {
  const method = oneOf(next, METHODS);
  const names = method === 'property' ? PROPERTIES : INVOKED;
  const first = method === 'invoke' || method === 'property' ? [{ type: 'RAW', value: oneOf(next, names) }] : [];
  const given = [...first, ...Array.from({ length: below(next, 4) }, () => argument(next))];
  const whole = { id: '1', type: 'APPLY', path: [method], argumentList: given };
  const key = oneOf(next, Object.keys(whole));
  return below(next, 3) > 0 ? whole : { ...whole, [key]: odd(next, 2) };
}

export const workerMessages: Target = {
  isSlow: true,
  async begin() {
    const compiled = compileLearner({ network: sequential([2], [dense(2)]), rule: tpsgd(), batchSize: 2 });
    const learner = hostLearner();
    await learner.start(compiled, 'fuzz');
    return (next) => {
      const given = message(next);
      return () => {
        if (!isRequest(given, learner)) return null;
        const { path, argumentList } = given as { path: [keyof RemoteLearner]; argumentList: { value?: never }[] };
        const method = learner[path[0]] as (...given: unknown[]) => unknown;
        return method(...argumentList.map(({ value }) => value));
      };
    };
  },
};
