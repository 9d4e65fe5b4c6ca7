// What crosses: the calling side starts every worker as one that holds a learner, then connects the helpers with the
// lead. At the port between these, messages are answered in their order; arrays are handed over and come back.

import type { Words } from '../learner/engine.ts';
import type { RemoteLearner } from '../worker/protocol.ts';
import type { Share } from './share.ts';

/** Bytes by the name of a buffer or port. */
export type Parcels = Readonly<Record<string, ArrayBuffer>>;

/** An epoch begins: what was learned by now, and what was provided or made. */
export interface Begin {
  readonly type: 'begin';
  readonly seed: number;
  readonly state: Parcels;
  readonly cached: Readonly<Record<string, Words>>;
}

/** A phase to run. */
export interface Job {
  readonly type: 'job';
  readonly phase: string;
  readonly step: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Of the stage, for schedules; and the rate in place of these, or null. */
  readonly progress: number;
  readonly rate: number | null;
  /** What its ports hold. */
  readonly ports: Parcels;
  /** To be filled with what later workers read. */
  readonly gives: Parcels;
}

/** The epoch is over: what was learned of these buffers is wanted. */
export interface End {
  readonly type: 'end';
  readonly names: readonly string[];
}

export type ToHelper = Begin | Job | End;

/** Answers a job, with all its arrays. */
export interface Done {
  readonly type: 'done';
  readonly ports: Parcels;
  readonly gives: Parcels;
}

/** Answers the end. */
export interface Learned {
  readonly type: 'learned';
  readonly state: Parcels;
}

export type FromHelper = Done | Learned;

/** A worker that may be the lead, or one that helps it. */
export interface RemoteWorker extends RemoteLearner {
  /** Does what comes to the port from now on. */
  help(port: MessagePort): void;
  /** Shares the steps of each `fit` out to the helpers at the ports; the last share is the lead's own. */
  lead(ports: readonly MessagePort[], shares: readonly Share[]): void;
}
