// The learner on the calling side, while its units learn in several workers. Recording and sharing out happen here; the
// calling side talks with the lead, and the lead with the helpers.

import type { LearnerOptions } from '../compile/compile.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import type { LocalOptions } from '../create.ts';
import type { Evaluation } from '../tasks/host/classification.ts';
import type { Judgement } from '../tasks/host/host.ts';
import { connect, WorkerLearner } from '../worker/client.ts';
import type { Link } from '../worker/link.ts';
import { handOver, pack } from '../worker/parcel.ts';
import type { Thread } from '../worker/thread.ts';
import type { RemoteWorker } from './protocol.ts';
import { startWorker } from './thread.ts';
import { shareOut, type ParallelPlan, type SharedOut } from './share-out.ts';

export interface ParallelOptions<Result extends Judgement = Evaluation> extends LocalOptions<Result> {
  /** How many; at least 2, at most as many as there are units that learn apart. Default 2. */
  readonly workers?: number;
  /**
   * The address of `onward/parallel.js`, of any origin; a function that starts a worker which runs it, called once for
   * each; or as many such workers, which may serve several learners and are not ended by `dispose`. Default: workers
   * from the library's file, which bundlers find.
   */
  readonly worker?: string | URL | (() => Thread) | readonly Thread[];
}

/** The lead's link is the last one. A WorkerLearner asks it for no more than any worker answers. */
type Links = readonly Link<RemoteWorker>[];

/**
 * A learner whose units train in workers that share no memory, with the weights that one learner has, bit for bit. What
 * it has and does is a WorkerLearner's: only `fit` is shared out, all else is done by one worker, which holds the whole
 * learner. During an epoch of a `fit` what asks for weights throws BusyError; an abort lets the steps be learned that
 * are under way, `plan.stepsAhead` and one at most. When one worker fails all are ended, and each call throws
 * WorkerCrashedError.
 */
export class ParallelLearner<Result extends Judgement = Evaluation> extends WorkerLearner<Result> {
  readonly #links: Links;
  #plan: ParallelPlan;

  /** For `createParallelLearner`: the workers at the other ends have started. */
  constructor(links: Links, options: LearnerOptions<Judgement>, { lead, plan }: SharedOut) {
    super(links[links.length - 1] as unknown as Link, options, lead.compiled);
    this.#links = links;
    this.#plan = plan;
  }

  /** Who does what, and the bytes that are on their way. */
  get plan(): ParallelPlan {
    return this.#plan;
  }

  protected override async moveInto(options: LearnerOptions<Judgement>): Promise<CompiledLearner> {
    const shared = shareOut(options, this.#links.length);
    await Promise.all(
      programsOf(shared).map((compiled, worker) => this.#links[worker].call((remote) => remote.adopt(pack(compiled)))),
    );
    await introduce(this.#links, shared);
    this.#plan = shared.plan;
    return shared.lead.compiled;
  }
}

/**
 * Creates a learner whose units train in workers of their own: records and shares out here, and posts each worker its
 * part.
 * @throws what `createWorkerLearner` throws; RuleError for a rule whose units wait for each other, as backpropagation's
 *   do, and for more workers than there are units.
 */
export async function createParallelLearner<Result extends Judgement = Evaluation>({
  workers = 2,
  worker = startWorker,
  restore,
  ...options
}: ParallelOptions<Result>): Promise<ParallelLearner<Result>> {
  const shared = shareOut(options, workers);
  const links: Link<RemoteWorker>[] = [];
  const endAll = (error: unknown): void => {
    for (const link of links) link.dispose(error);
  };
  try {
    for (let at = 0; at < workers; at++) {
      const own = Array.isArray(worker) ? worker[at] : worker;
      links.push(connect<RemoteWorker>(own, 'parallel.js'));
    }
    for (const link of links) link.whenEnded(endAll);
    await Promise.all(programsOf(shared).map((compiled, at) => links[at].start(compiled)));
    await introduce(links, shared);
    const learner = new ParallelLearner<Result>(links, options, shared);
    if (options.weights !== undefined) await learner.setWeights(options.weights);
    if (restore !== undefined) await learner.restore(restore);
    return learner;
  } catch (error) {
    endAll(error);
    throw error;
  }
}

const programsOf = ({ helpers, lead }: SharedOut): CompiledLearner[] =>
  [...helpers, lead].map(({ compiled }) => compiled);

/** Connects each helper with the lead. */
async function introduce(links: Links, { helpers, lead }: SharedOut): Promise<void> {
  const channels = helpers.map(() => new MessageChannel());
  await Promise.all(
    channels.map(({ port1 }, helper) => links[helper].call((remote) => remote.help(handOver(port1, [port1])))),
  );
  const ports = channels.map(({ port2 }) => port2);
  const shares = [...helpers, lead].map(({ share }) => share);
  await links[helpers.length].call((remote) => remote.lead(handOver(ports, ports), shares));
}
