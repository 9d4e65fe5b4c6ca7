// A worker of a parallel learner: it holds the whole learner and leads, or holds a part of it and helps.

import { BusyError, DisposedError } from '../errors.ts';
import { hostLearner } from '../worker/host.ts';
import { Crew } from './crew.ts';
import { help } from './helper.ts';
import { Lead } from './lead.ts';
import type { RemoteWorker } from './protocol.ts';

/** What asks for no weight. */
const ALWAYS: readonly string[] = ['summary', 'memory'];

export function hostWorker(): RemoteWorker {
  let lead: Lead | null = null;
  const host = hostLearner({
    start: async (compiled, task) => {
      lead = await Lead.start(compiled, task);
      return lead;
    },
  });
  const here = (): Lead => {
    if (lead === null) throw new DisposedError('this learner was disposed');
    return lead;
  };
  const expectWhole = (what: string): void => {
    if (!lead?.isShared) return;
    throw new BusyError(`${what}: the workers have what is learned, wait for the end of the epoch`);
  };
  return {
    ...host,
    invoke(name, given) {
      if (!ALWAYS.includes(name)) expectWhole(name);
      return host.invoke(name, given);
    },
    nextEvent(job) {
      expectWhole('train');
      return host.nextEvent(job);
    },
    adopt: (compiled) => here().resize(compiled),
    help: (port) => help(here().engine, port),
    lead: (ports, shares) => here().employ(new Crew(ports, shares)),
  };
}
