// The calling side's end of the connection to a learner in a worker. comlink leaves requests unanswered when the worker
// ends; here every call under way is known and is rejected, like all later ones, once the connection has ended.

import { releaseProxy, wrap, type Remote } from 'comlink';
import type { CompiledLearner } from '../compile/compiled.ts';
import { WorkerCrashedError, revive } from './errors.ts';
import { awaitEnd } from './life.ts';
import { pack } from './parcel.ts';
import type { Connect, Lost, RemoteLearner } from './protocol.ts';
import { wanted, watch, type Thread } from './thread.ts';

/** Long enough to fetch the worker's file on a slow line. */
const START_MS = 30_000;

/** A MessagePort of Node keeps the process alive, unless told not to. */
type Port = MessagePort & { ref?(): void; unref?(): void };

export class Link<Host extends RemoteLearner = RemoteLearner> {
  readonly #thread: Thread;
  readonly #owned: boolean;
  readonly #port: Port;
  readonly #remote: Remote<Host>;
  readonly #unwatch: () => void;
  readonly #waiting = new Set<(error: unknown) => void>();
  readonly #watching: ((error: unknown) => void)[] = [];
  #started = false;
  #ended: { readonly error: unknown } | null = null;

  /** An `owned` thread ends with the link. */
  constructor(thread: Thread, owned: boolean) {
    const { port1, port2 } = new MessageChannel();
    const connect: Connect = { type: 'onward/connect', port: port2 };
    thread.postMessage(connect, [port2] as never[]);
    this.#thread = thread;
    this.#owned = owned;
    this.#port = port1;
    this.#remote = wrap<Host>(port1);
    this.#unwatch = watch(thread, (cause) => this.crash(cause));
    port1.addEventListener('message', ({ data }: MessageEvent<Partial<Lost>>) => {
      if (data.type === 'onward/lost') this.crash('a message to it could not be read');
    });
    port1.addEventListener('messageerror', () => this.crash('an answer could not be read'));
    if (owned) thread.unref?.();
    this.#port.unref?.();
  }

  /** The worker's first answer, which must come in time. Then its end is noticed, whether it gives a sign or not. */
  async start(compiled: CompiledLearner): Promise<void> {
    const life = `onward/${Math.random().toString(36).slice(2)}`;
    const late = setTimeout(() => {
      this.crash(`no answer in ${START_MS / 1000} s`);
    }, START_MS);
    try {
      await this.call((remote) => remote.start(pack(compiled), life));
    } finally {
      clearTimeout(late);
    }
    this.#started = true;
    awaitEnd(life, () => this.crash('it was terminated'));
  }

  /**
   * The answer to a request.
   * @throws what the worker threw, as an instance of its class; WorkerCrashedError; what `dispose` was given.
   */
  call<Answer>(request: (remote: Remote<Host>) => Promise<Answer>): Promise<Answer> {
    if (this.#ended !== null) return Promise.reject(this.#ended.error);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.#port.ref?.();
      const settle = (): void => {
        this.#waiting.delete(reject);
        if (this.#waiting.size === 0) this.#port.unref?.();
      };
      const answer = async (): Promise<Answer> => request(this.#remote);
      answer()
        .finally(settle)
        .then(resolve, (error) => reject(revive(error)));
    });
  }

  /** Tells why the connection ended, once it has. */
  whenEnded(tell: (error: unknown) => void): void {
    this.#watching.push(tell);
  }

  /** Ends the connection, and in the worker what it served. */
  dispose(error: unknown): void {
    if (this.#ended === null) this.#remote.dispose();
    this.end(error);
  }

  /** Ends the thread, owned or not, even amid a computation. */
  terminate(): void {
    this.#thread.terminate();
    this.crash('it was terminated');
  }

  private crash(cause: string): void {
    const hint = this.#started ? '' : `; ${wanted(this.#thread)}`;
    this.end(new WorkerCrashedError(`the worker of this learner is gone: ${cause}${hint}`));
  }

  /** Calls under way and later ones are rejected with `error`. The first end counts. */
  private end(error: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    this.#unwatch();
    if (this.#owned) this.#thread.terminate();
    this.#remote[releaseProxy](); // comlink would keep it, and with it all that it was for
    this.#port.close();
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
    for (const tell of this.#watching) tell(error);
  }
}
