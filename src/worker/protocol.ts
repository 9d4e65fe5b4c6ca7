// What crosses between the calling side and a learner in a worker. Once, a `Connect` message hands over a port; over
// it, comlink calls the methods of `RemoteLearner`. All is plain data, but for two callbacks, `Report` and `Pull`. No
// rule and no declaration of a network ever crosses: a compiled learner is bytes, addresses and names.

import type { releaseProxy } from 'comlink';
import type { CompiledLearner } from '../compile/compiled.ts';
import type { BatchLogs, FitOptions, History, Logs } from '../learner/fit.ts';
import type { SampleInput } from '../learner/inputs.ts';
import type { StreamSample, TrainEvent, TrainOptions } from '../learner/stream.ts';
import type { TargetInput } from '../learner/targets.ts';
import type { Invoked, Property } from './methods.ts';

/** The only message to the worker itself: serve a learner at this port. */
export interface Connect {
  readonly type: 'onward/connect';
  readonly port: MessagePort;
}

/** The only message at the port beside comlink's: a request could not be read, so it will not be answered. */
export interface Lost {
  readonly type: 'onward/lost';
}

/** Progress of a fit. The ends of batches come many at a time. */
export type FitEvent =
  | { readonly type: 'epochBegin'; readonly epoch: number }
  | { readonly type: 'epochEnd'; readonly epoch: number; readonly logs: Logs }
  | { readonly type: 'batchEnds'; readonly batches: readonly BatchLogs[] };

/** A function of the other side; whoever received it releases it. */
type Callback<Call> = Call & { [releaseProxy]?(): void };
export type Report = Callback<(event: FitEvent) => Promise<void>>;
/** The next samples of a stream, at least one step's worth; none at its end. */
export type Pull = Callback<() => Promise<readonly StreamSample[]>>;

export type FitSettings = Omit<FitOptions, 'signal' | 'callbacks'>;
export type TrainSettings = Omit<TrainOptions, 'signal'>;

/** What the worker answers to. Jobs, that is fits and streams, are numbered by the caller. */
export interface RemoteLearner {
  /** The first call. `life` names the lock that is held for as long as the worker lives. */
  start(compiled: CompiledLearner, life: string): Promise<void>;
  /** If there is a `report`, it gets the epochs, and the ends of batches if `batchEnds`. */
  fit(
    job: number,
    samples: SampleInput,
    targets: TargetInput,
    settings: FitSettings,
    report: Report | null,
    batchEnds: boolean,
  ): Promise<History>;
  abort(job: number): void;
  openStream(job: number, settings: TrainSettings, pull: Pull): void;
  /** The next event of a stream; null after the last. */
  nextEvent(job: number): Promise<TrainEvent | null>;
  closeStream(job: number): Promise<void>;
  /** Calls a method of the learner. */
  invoke(name: Invoked, given: readonly unknown[]): unknown;
  property(name: Property): unknown;
  adopt(compiled: CompiledLearner): Promise<void>;
  dispose(): void;
}
