// Progress of a fit on its way from the worker to the calling side: epochs at once, and awaited, as if there were no
// boundary; batches collected for some milliseconds, so that training does not wait for a message per step.

import { releaseProxy } from 'comlink';
import type { BatchLogs, Callbacks } from '../learner/fit.ts';
import type { FitEvent, Report } from './protocol.ts';

const INTERVAL_MS = 16;

/** The callbacks of a fit in the worker. All is reported, in order; at most one message of batches is under way. */
export class Progress {
  readonly callbacks: Callbacks;
  readonly #report: Report;
  #batches: BatchLogs[] = [];
  #reported = performance.now();
  #underWay: Promise<void> = Promise.resolve();

  constructor(report: Report, batchEnds: boolean) {
    this.#report = report;
    this.callbacks = {
      onEpochBegin: (epoch) => this.send({ type: 'epochBegin', epoch }),
      onEpochEnd: (epoch, logs) => this.send({ type: 'epochEnd', epoch, logs }),
      ...(batchEnds && { onBatchEnd: (logs) => this.collect(logs) }),
    };
  }

  /** Reports what is left. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#underWay;
    } finally {
      this.#report[releaseProxy]?.();
    }
  }

  private async send(event: FitEvent): Promise<void> {
    await this.flush();
    await this.#underWay;
    await this.#report(event);
  }

  private collect(logs: BatchLogs): Promise<void> | void {
    this.#batches.push(logs);
    if (performance.now() - this.#reported >= INTERVAL_MS) return this.flush();
  }

  /** Waits for the message before, not for this one. @throws what a callback threw. */
  private async flush(): Promise<void> {
    await this.#underWay;
    if (this.#batches.length === 0) return;
    this.#underWay = this.#report({ type: 'batchEnds', batches: this.#batches });
    this.#underWay.catch(() => {});
    this.#batches = [];
    this.#reported = performance.now();
  }
}
