// The learner on the calling side, while it learns in a worker. What the worker cannot do happens here: recording and
// planning (the rule stays here), reading the caller's stream, and running the caller's callbacks.

import type { Remote } from 'comlink';
import { compileLearner, type LearnerOptions } from '../compile/compile.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import { DisposedError } from '../errors.ts';
import type { Evaluation } from '../learner/evaluate.ts';
import type { Callbacks, FitOptions, History } from '../learner/fit.ts';
import type { SampleInput } from '../learner/inputs.ts';
import type { LabelInput } from '../learner/labels.ts';
import type { Classification, MemoryReport } from '../learner/learner.ts';
import type { WeightInput, WeightValues } from '../learner/weights.ts';
import { recompile, type LocalOptions, type ResizeOptions } from '../create.ts';
import { abortError } from '../learner/pacing.ts';
import type { StreamSample, TrainEvent, TrainOptions } from '../learner/stream.ts';
import type { StepResult } from '../learner/trainable.ts';
import { Lender } from './lend.ts';
import { Link } from './link.ts';
import { pack, Parcel } from './parcel.ts';
import { portions } from './portions.ts';
import type { FitEvent, RemoteLearner, Status } from './protocol.ts';
import { startThread, type Thread } from './thread.ts';

export interface WorkerOptions extends LocalOptions {
  /**
   * A worker that runs the library's worker file, in the browser as a module or as a classic script. A function is
   * called at once, and its worker ends with the learner; a worker given as it is may serve several learners and is not
   * ended by `dispose`.
   * Default: a worker of its own, from `worker.js` beside the library.
   */
  readonly worker?: Thread | (() => Thread);
}

export interface TransferOptions {
  /** Moves typed arrays that are all of their buffer to the worker, instead of a copy; they are empty afterwards. */
  readonly transfer?: boolean;
}

export interface WorkerFitOptions extends FitOptions, TransferOptions {}

/**
 * A learner in a worker. Its methods are those of a LocalLearner, each giving a promise; what is a property there
 * (`classNames`, `steps`, `epochs`, `seed`, `learningRate`) is a method here, setting it is `setLearningRate`, and
 * `compiled` lives on this side. Errors are of the same classes; besides, each method throws WorkerCrashedError when
 * the worker is gone.
 */
export class WorkerLearner {
  readonly #link: Link;
  readonly #options: LearnerOptions;
  #compiled: CompiledLearner;
  #jobs = 0;

  /** For `createWorkerLearner`: the worker at the other end of `link` has started `compiled`. */
  constructor(link: Link, options: LearnerOptions, compiled: CompiledLearner) {
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
  async fit(samples: SampleInput, labels: LabelInput, options: WorkerFitOptions = {}): Promise<History> {
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
        const [x, y, validationData] = parcel.add([samples, labels, settings.validationData] as const);
        const posted = parcel.attachTo({ ...settings, validationData });
        return remote.fit(job, x, y, posted, report, callbacks?.onBatchEnd !== undefined);
      });
    } catch (error) {
      if (signal?.aborted && (error as Partial<Error> | null)?.name === 'AbortError') throw abortError(signal);
      throw lender.original(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Learns from a stream of `{ x, y }`, which is read on this side as far as the next step needs; yields an event for
   * each step. `break` stops it and releases the stream.
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
      await this.call((remote) => remote.openStream(job, settings, pull));
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

  /** Learns one sample now. Gives loss and hit before the update. */
  learnOne(sample: SampleInput, label: LabelInput): Promise<StepResult> {
    return this.call((remote) => remote.learnOne(pack(sample), label));
  }

  /** One training step on these samples, at most the planned batch. Gives loss and hits before the update. */
  trainOnBatch(samples: SampleInput, labels: LabelInput): Promise<StepResult> {
    return this.call((remote) => remote.trainOnBatch(pack(samples), pack(labels)));
  }

  /** The outputs, [samples, classes] row by row: probabilities, but for the loss `squaredError`. */
  predict(samples: SampleInput, { transfer }: TransferOptions = {}): Promise<Float32Array> {
    return this.call((remote) => remote.predict(pack(samples, transfer)));
  }

  /** The most probable class of one sample. */
  classify(sample: SampleInput): Promise<Classification> {
    return this.call((remote) => remote.classify(pack(sample)));
  }

  /** Accuracy, loss and confusion on labelled samples, from which nothing is learned. */
  evaluate(samples: SampleInput, labels: LabelInput, { transfer }: TransferOptions = {}): Promise<Evaluation> {
    return this.call((remote) => remote.evaluate(pack(samples, transfer), pack(labels, transfer)));
  }

  /** Makes room for one more class. Gives its index. @throws CapacityError, ConfigurationError. */
  addClass(name: string): Promise<number> {
    return this.call((remote) => remote.addClass(name));
  }

  /** Plans anew, here, for more classes or another batch size, and moves what was learned. @throws BudgetError. */
  async resize(size: ResizeOptions): Promise<void> {
    const next = recompile(this.#options, this.#compiled, await this.classNames(), size);
    await this.call((remote) => remote.adopt(next));
    this.#compiled = next;
  }

  /** The network layer by layer, with shapes and parameters, as text. */
  summary(): Promise<string> {
    return this.call((remote) => remote.summary());
  }

  /** The plan, and what of it was touched. */
  memory(): Promise<MemoryReport> {
    return this.call((remote) => remote.memory());
  }

  /** Everything learned, as bytes. */
  save(): Promise<Uint8Array<ArrayBuffer>> {
    return this.call((remote) => remote.save());
  }

  /** Continues from saved bytes, bit for bit. @throws CheckpointError; then nothing is changed. */
  restore(bytes: Uint8Array): Promise<void> {
    return this.call((remote) => remote.restore(pack(bytes)));
  }

  /** Back to the first weights, as if nothing had been learned. */
  reset(): Promise<void> {
    return this.call((remote) => remote.reset());
  }

  /** The weights by name. */
  weights(): Promise<Record<string, WeightValues>> {
    return this.call((remote) => remote.weights());
  }

  /** Sets weights by name, from values in the order of `weights()`. @throws InputError; then nothing is changed. */
  setWeights(weights: Readonly<Record<string, WeightInput>>): Promise<void> {
    return this.call((remote) => remote.setWeights(weights));
  }

  /** Runs an action of the rule, once for each row. @throws ConfigurationError. */
  act(name: string, rows: readonly Readonly<Record<string, number>>[]): Promise<void> {
    return this.call((remote) => remote.act(name, rows));
  }

  /** Fills a port of the rule's that keeps its values. @throws InputError; then nothing is changed. */
  provide(name: string, values: ArrayLike<number>): Promise<void> {
    return this.call((remote) => remote.provide(name, values));
  }

  /** A fingerprint of all weights: equal for equal bits. */
  weightHash(): Promise<string> {
    return this.call((remote) => remote.weightHash());
  }

  /** Of the rule's first optimiser, as the last step had it. */
  async learningRate(): Promise<number> {
    return (await this.status()).learningRate;
  }

  /** The rate of every optimiser from now on, in place of schedules; null gives these back. */
  setLearningRate(rate: number | null): Promise<void> {
    return this.call((remote) => remote.setLearningRate(rate));
  }

  async classNames(): Promise<readonly string[]> {
    return (await this.status()).classNames;
  }

  async seed(): Promise<number> {
    return (await this.status()).seed;
  }

  /** Training steps done. */
  async steps(): Promise<number> {
    return (await this.status()).steps;
  }

  /** Epochs begun by `fit`, in all. */
  async epochs(): Promise<number> {
    return (await this.status()).epochs;
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

  private status(): Promise<Status> {
    return this.call((remote) => remote.status());
  }

  private call<Answer>(request: (remote: Remote<RemoteLearner>) => Promise<Answer>): Promise<Answer> {
    return this.#link.call(request);
  }
}

/**
 * Creates a learner in a worker, as `createLearner` does on this thread: records, plans and links here, and posts the
 * result, so that a rule of one's own trains there as well.
 * @throws what `createLearner` throws; WorkerCrashedError when the worker does not start.
 */
export async function createWorkerLearner({
  worker = startThread,
  restore,
  ...options
}: WorkerOptions): Promise<WorkerLearner> {
  const owned = typeof worker === 'function';
  const link = new Link(owned ? worker() : worker, owned);
  try {
    const compiled = compileLearner(options);
    await link.start(compiled);
    const learner = new WorkerLearner(link, options, compiled);
    if (options.weights !== undefined) await learner.setWeights(options.weights);
    if (restore !== undefined) await learner.restore(restore);
    return learner;
  } catch (error) {
    link.dispose(error);
    throw error;
  }
}

async function notify(callbacks: Callbacks, event: FitEvent): Promise<void> {
  if (event.type === 'epochBegin') await callbacks.onEpochBegin?.(event.epoch);
  else if (event.type === 'epochEnd') await callbacks.onEpochEnd?.(event.epoch, event.logs);
  else for (const logs of event.batches) await callbacks.onBatchEnd?.(logs);
}
