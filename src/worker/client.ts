// The learner on the calling side, while it learns in a worker. What the worker cannot do happens here: recording and
// planning (the rule stays here), reading the caller's stream, and running the caller's callbacks.

import type { Remote } from 'comlink';
import { compileLearner, type LearnerOptions } from '../compile/compile.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import { recompile, resized, type LocalOptions, type ResizeOptions } from '../create.ts';
import { ConfigurationError, DisposedError } from '../errors.ts';
import { expectFitOptions } from '../learner/fit-options.ts';
import type { Callbacks, FitOptions, History } from '../learner/fit.ts';
import type { SampleInput } from '../learner/inputs.ts';
import { expectSaveOptions, type SaveOptions } from '../learner/metadata.ts';
import { abortError } from '../learner/pacing.ts';
import type { StreamSample, TrainEvent, TrainOptions } from '../learner/stream.ts';
import type { TargetInput } from '../learner/targets.ts';
import type { Evaluation } from '../tasks/host/classification.ts';
import type { Judgement } from '../tasks/host/host.ts';
import { expectIs, made } from '../options.ts';
import { Lender } from './lend.ts';
import { Link } from './link.ts';
import { METHODS, PROPERTIES, type Invoked, type Remoted } from './methods.ts';
import { pack, Parcel } from './parcel.ts';
import { portions } from './portions.ts';
import type { FitEvent, RemoteLearner } from './protocol.ts';
import { startThread, type Script, type Thread } from './thread.ts';

export interface WorkerOptions<Result extends Judgement = Evaluation> extends LocalOptions<Result> {
  /**
   * The address of `onward/worker.js`, of any origin; or a worker that runs it, in the browser as a module or as a
   * classic script. A function is called at once, and its worker ends with the learner; a worker given as it is may
   * serve several learners and is not ended by `dispose`.
   * Default: a worker of its own from the library's file, which bundlers find.
   */
  readonly worker?: string | URL | Thread | (() => Thread);
  /**
   * What `compileLearner` gave for these options on another thread, so that this one is not kept busy by it; of another
   * rule or other layers it is refused. Default: they are compiled here.
   */
  readonly compiled?: CompiledLearner;
}

export interface TransferOptions {
  /** Moves typed arrays that are all of their buffer to the worker, instead of a copy; they are empty afterwards. */
  readonly transfer?: boolean;
}

export interface WorkerFitOptions extends FitOptions, TransferOptions {}

/** Has the worker's learner do what a method of that name does. */
const invoke = (link: Link, name: Invoked, given: readonly unknown[], move?: boolean): Promise<unknown> =>
  link.call((remote) => {
    const parcel = new Parcel(move);
    return remote.invoke(name, parcel.attachTo(parcel.add(given)));
  });

/** The methods that cross as they are. */
const Methods = class {
  constructor(link: Link) {
    for (const name of METHODS) this.define(name, (...given) => invoke(link, name, given));
    for (const name of PROPERTIES) this.define(name, () => link.call((remote) => remote.property(name)));
  }

  private define(name: string, value: (...given: unknown[]) => Promise<unknown>): void {
    Object.defineProperty(this, name, { value });
  }
} as unknown as new <Result extends Judgement>(
  link: Link,
) => Remoted<Result>;

/**
 * A learner in a worker. Its methods are those of a LocalLearner, each giving a promise; what is a property there
 * (`classNames`, `steps`, `epochs`, `seed`, `remembered`, `learningRate`, `standardization`) is a method here, but
 * for `compiled`,
 * which lives on this side. Errors are of the same classes; besides, each method throws WorkerCrashedError when the
 * worker is gone.
 */
export class WorkerLearner<Result extends Judgement = Evaluation> extends Methods<Result> {
  readonly #link: Link;
  readonly #options: LearnerOptions<Judgement>;
  #compiled: CompiledLearner;
  #jobs = 0;

  /** For `createWorkerLearner`: the worker at the other end of `link` has started `compiled`. */
  constructor(link: Link, options: LearnerOptions<Judgement>, compiled: CompiledLearner) {
    super(link);
    this.#link = link;
    this.#options = options;
    this.#compiled = compiled;
    // `await using` where the platform has it (Chrome 134, Node 20)
    const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
    if (asyncDispose !== undefined) Object.defineProperty(this, asyncDispose, { value: () => this.dispose() });
  }

  get compiled(): CompiledLearner {
    return this.#compiled;
  }

  /**
   * Learns from all samples for some epochs. The samples are posted once. Callbacks run on this side; the ends of
   * batches arrive together, some milliseconds of them at a time, and training is at most two such times ahead.
   * @throws as LocalLearner's; an abort arrives within a slice of training (40 ms).
   */
  async fit(samples: SampleInput, targets: TargetInput, options: WorkerFitOptions = {}): Promise<History> {
    expectFitOptions(options, ['transfer']);
    const { signal, callbacks, transfer, ...settings } = options;
    if (signal?.aborted) throw abortError(signal);
    const job = this.#jobs++;
    const lender = new Lender();
    const report = callbacks === undefined ? null : lender.lend((event: FitEvent) => notify(callbacks, event));
    const abort = (): void => {
      this.call((remote) => remote.abort(job)).catch(() => {});
    };
    signal?.addEventListener('abort', abort);
    try {
      return await this.call((remote) => {
        const parcel = new Parcel(transfer);
        const [x, y, posted] = parcel.add([samples, targets, settings] as const);
        return remote.fit(job, x, y, parcel.attachTo(posted), report, callbacks?.onBatchEnd !== undefined);
      });
    } catch (error) {
      if (signal?.aborted && (error as Partial<Error> | null)?.name === 'AbortError') throw abortError(signal);
      throw lender.original(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Nothing is learned until it is iterated. Learns from a stream of `{ x, y }`, which is read on this side as far as
   * the next step needs; yields an event for each step. `break` stops it and releases the stream.
   */
  async *train(
    stream: Iterable<StreamSample> | AsyncIterable<StreamSample>,
    { signal, ...settings }: TrainOptions = {},
  ): AsyncGenerator<TrainEvent, void> {
    const job = this.#jobs++;
    const lender = new Lender();
    const source = portions(stream, this.#compiled, settings.batchSize, signal);
    let reading = false;
    const pull = lender.lend(async (): Promise<readonly StreamSample[]> => {
      reading = true;
      const { done, value } = await source.next();
      reading = false;
      return done ? [] : value;
    });
    try {
      await this.call((remote) => remote.openStream(job, pack(settings), pull));
      for (;;) {
        const event = await this.call((remote) => remote.nextEvent(job));
        if (event === null) return;
        yield event;
      }
    } catch (error) {
      throw lender.original(error);
    } finally {
      await this.call((remote) => remote.closeStream(job)).catch(() => {});
      // While it is being read it cannot be closed at once, and a worker that ended must not leave us waiting for it.
      const closed = source.return().catch(() => {});
      if (!reading) await closed;
    }
  }

  /** The answers, [samples, outputs] row by row: probabilities where the loss is one of logits, else values. */
  predict(samples: SampleInput, { transfer }: TransferOptions = {}): Promise<Float32Array> {
    return invoke(this.#link, 'predict', [samples], transfer) as Promise<Float32Array>;
  }

  /** Loss and what the task tells (of classes: accuracy, precision, recall, confusion); nothing is learned. */
  evaluate(samples: SampleInput, targets: TargetInput, { transfer }: TransferOptions = {}): Promise<Result> {
    return invoke(this.#link, 'evaluate', [samples, targets], transfer) as Promise<Result>;
  }

  /**
   * Everything learned, as bytes: weights, optimiser state, counters, names; with `metadata` of your own, in JSON.
   * @throws ConfigurationError for metadata that is none.
   */
  async save(options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    expectSaveOptions(options);
    return invoke(this.#link, 'save', [options]) as Promise<Uint8Array<ArrayBuffer>>;
  }

  /** Plans anew, here, for more classes or another batch size, and moves what was learned. @throws BudgetError. */
  async resize(size: ResizeOptions): Promise<void> {
    const current = { compiled: this.#compiled, names: await this.classNames() };
    this.#compiled = await this.moveInto(resized(this.#options, current, size));
  }

  /** Compiles with other options, and has the worker go on with that. */
  protected async moveInto(options: LearnerOptions<Judgement>): Promise<CompiledLearner> {
    const next = recompile(options, this.#compiled);
    await this.call((remote) => remote.adopt(pack(next)));
    return next;
  }

  /**
   * Frees the learner; ends its worker, unless that was brought as it is. Calls under way and later ones throw
   * DisposedError. Without it, a worker lasts as long as its page; in Node it does not keep the process alive.
   * Offered as `Symbol.asyncDispose` too.
   */
  async dispose(): Promise<void> {
    this.#link.dispose(new DisposedError('this learner was disposed'));
  }

  /** Ends the worker at once, with all it serves. Calls under way and later ones throw WorkerCrashedError. */
  terminate(): void {
    this.#link.terminate();
  }

  private call<Answer>(request: (remote: Remote<RemoteLearner>) => Promise<Answer>): Promise<Answer> {
    return this.#link.call(request);
  }
}

/**
 * Creates a learner in a worker, as `createLearner` does on this thread: records, plans and links here, and posts the
 * result, so that a rule of one's own trains there as well. What was compiled elsewhere is posted as it is.
 * @throws what `createLearner` throws; WorkerCrashedError when the worker does not start, naming the address it tried.
 */
export async function createWorkerLearner<Result extends Judgement = Evaluation>({
  worker = () => startThread(),
  restore,
  compiled: given,
  ...options
}: WorkerOptions<Result>): Promise<WorkerLearner<Result>> {
  const link = connect(worker);
  try {
    const compiled = given === undefined ? compileLearner(options) : expectOf(options, given);
    await link.start(compiled);
    const learner = new WorkerLearner<Result>(link, options, compiled);
    if (options.weights !== undefined) await learner.setWeights(options.weights);
    if (restore !== undefined) await learner.restore(restore);
    return learner;
  } catch (error) {
    link.dispose(error);
    throw error;
  }
}

/** @throws ConfigurationError for what was compiled of another rule or of other layers. */
function expectOf(
  { rule, network }: Pick<LearnerOptions, 'rule' | 'network'>,
  compiled: CompiledLearner,
): CompiledLearner {
  const describe = (name: string, layers: readonly { readonly name: string }[]): string =>
    `${name} on ${layers.map((layer) => layer.name).join(', ')}`;
  const came = describe(compiled.rule.name, compiled.network.layers);
  const wanted = describe(rule.name, network.layers);
  if (came !== wanted) throw new ConfigurationError(`compiled is ${came}, wanted ${wanted}`);
  return compiled;
}

/** Connects with a worker that runs a file of the library. */
export function connect<Host extends RemoteLearner = RemoteLearner>(
  worker: NonNullable<WorkerOptions['worker']>,
  script: Script = 'worker.js',
): Link<Host> {
  if (typeof worker === 'string' || worker instanceof URL) return new Link(startThread(worker, script), true);
  const thread = typeof worker === 'function' ? worker() : worker;
  expectIs('worker', thread, made('postMessage', `the address of onward/${script}, or a worker that runs it`));
  return new Link(thread, thread !== worker);
}

async function notify(callbacks: Callbacks, event: FitEvent): Promise<void> {
  if (event.type === 'epochBegin') await callbacks.onEpochBegin?.(event.epoch);
  else if (event.type === 'epochEnd') await callbacks.onEpochEnd?.(event.epoch, event.logs);
  else for (const logs of event.batches) await callbacks.onBatchEnd?.(logs);
}
