// The helpers as the lead sees them: jobs go to each in their order, as soon as those in front have given what they
// take; an array is used again once it is back.

import { mapped } from '../compile/compiled.ts';
import type { Engine } from '../learner/engine.ts';
import { bytesUnder } from './helper.ts';
import type { Done, End, FromHelper, Job, Learned, Parcels, ToHelper } from './protocol.ts';
import { stepsUnderWay, type Share } from './share.ts';

/** A phase to run by all. */
export interface Task {
  readonly job: Omit<Job, 'type' | 'ports' | 'gives'>;
  /** Fills what is to become the content of a port. */
  readonly fill: (name: string, bytes: ArrayBuffer) => void;
}

/** One that is handed out: what each helper finds in its ports, and what was given by now. */
interface Work {
  readonly job: Task['job'];
  readonly filled: readonly (readonly (readonly [port: string, bytes: ArrayBuffer])[])[];
  readonly given: Map<string, ArrayBuffer>;
}

export class Crew {
  readonly #ports: readonly MessagePort[];
  readonly #helpers: readonly Share[];
  readonly #lead: Share;
  /** Handed out and not done by the lead. */
  readonly #work: Work[] = [];
  /** Jobs that the lead has done; that each helper was sent, and has done. */
  #done = 0;
  readonly #sent: number[];
  readonly #answered: number[];
  readonly #learned: (Learned | null)[];
  readonly #spare = new Map<number, ArrayBuffer[]>();
  #notify = (): void => {};

  /** The last share is the lead's own. */
  constructor(ports: readonly MessagePort[], shares: readonly Share[]) {
    this.#ports = ports;
    this.#helpers = shares.slice(0, -1);
    this.#lead = shares[shares.length - 1];
    this.#sent = ports.map(() => 0);
    this.#answered = ports.map(() => 0);
    this.#learned = ports.map(() => null);
    ports.forEach((port, helper) => {
      port.onmessage = ({ data }: MessageEvent<FromHelper>) => {
        if (data.type === 'done') this.take(helper, data);
        else this.#learned[helper] = data;
        this.#notify();
      };
    });
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }

  /** How many steps may be under way beside the one that the lead does. */
  get stepsAhead(): number {
    return stepsUnderWay(this.#ports.length) - 1;
  }

  /** Jobs handed out in all. */
  get handedOut(): number {
    return this.#done + this.#work.length;
  }

  /** Gives every helper what it needs of what was learned and provided. */
  begin(engine: Engine): void {
    const { seed, filled, learned, state: now } = engine;
    const cached = engine.cached.filter(({ name }) => filled.has(name));
    this.#helpers.forEach(({ holds }, helper) => {
      const state = Object.fromEntries(
        learned.flatMap(({ name }, at) =>
          holds.includes(name) ? [[name, now[at].slice().buffer as ArrayBuffer]] : [],
        ),
      );
      const made = cached.filter(({ name }) => holds.includes(name));
      const provided = Object.fromEntries(made.map((buffer) => [buffer.name, engine.read(buffer)]));
      this.post(helper, { type: 'begin', seed, state, cached: provided }, state);
    });
  }

  /** Hands out all of them, or none. */
  handOut(tasks: readonly Task[]): void {
    const work = tasks.map(({ job, fill }): Work => {
      const filled = this.#helpers.map(({ phases }) =>
        Object.entries(phases[job.phase].fills).map(([name, bytes]) => {
          const array = this.room(bytes);
          fill(name, array);
          return [name, array] as const;
        }),
      );
      return { job, filled, given: new Map() };
    });
    this.#work.push(...work);
    this.pump();
  }

  /** Waits until all helpers have done so many jobs. */
  async reach(jobs: number): Promise<void> {
    await this.until(() => this.#answered.every((answered) => answered >= jobs));
  }

  /** Puts into the lead's ports what its part of the next job takes; the job is done then. */
  put(engine: Engine): void {
    const { job, given } = this.#work.shift()!;
    this.#done += 1;
    for (const { name, port } of this.#lead.phases[job.phase].takes) {
      bytesUnder(engine.ports[port]).set(new Uint8Array(given.get(name)!));
    }
    for (const bytes of given.values()) this.keep(bytes);
  }

  /** Takes back what the helpers have learned. */
  async end(engine: Engine): Promise<void> {
    this.#learned.fill(null);
    this.#helpers.forEach(({ learned }, helper) => {
      this.post(helper, { type: 'end', names: learned } satisfies End);
    });
    await this.until(() => !this.#learned.includes(null));
    engine.learned.forEach(({ name }, at) => {
      const from = this.#learned.find((answer) => answer?.state[name] !== undefined);
      if (from) engine.state[at].set(new Uint8Array(from.state[name]));
    });
  }

  /** Gives up what the helpers learn of what is handed out. */
  async drop(): Promise<void> {
    await this.reach(this.handedOut);
    this.#done = this.handedOut;
    this.#work.length = 0;
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  private take(helper: number, { ports, gives }: Done): void {
    const { given } = this.#work[this.#answered[helper] - this.#done];
    for (const [name, bytes] of Object.entries(gives)) given.set(name, bytes);
    for (const bytes of Object.values(ports)) this.keep(bytes);
    this.#answered[helper] += 1;
    this.pump();
  }

  /** Sends each helper the jobs for which there is all it takes. */
  private pump(): void {
    for (let helper = 0; helper < this.#ports.length; helper++) {
      for (let at = this.#sent[helper] - this.#done; at < this.#work.length; at++) {
        const { job, filled, given } = this.#work[at];
        const { takes, gives } = this.#helpers[helper].phases[job.phase];
        if (!takes.every(({ name }) => given.has(name))) break;
        const taken = takes.map(({ name, port }) => {
          const from = given.get(name)!;
          const array = this.room(from.byteLength);
          new Uint8Array(array).set(new Uint8Array(from));
          return [port, array] as const;
        });
        const ports = Object.fromEntries([...filled[helper], ...taken]);
        const room = mapped(gives, (bytes) => this.room(bytes));
        this.#sent[helper] += 1;
        this.post(helper, { type: 'job', ...job, ports, gives: room }, ports, room);
      }
    }
  }

  private post(helper: number, message: ToHelper, ...parcels: readonly Parcels[]): void {
    this.#ports[helper].postMessage(
      message,
      parcels.flatMap((each) => Object.values(each)),
    );
  }

  private room(bytes: number): ArrayBuffer {
    return this.#spare.get(bytes)?.pop() ?? new ArrayBuffer(bytes);
  }

  private keep(bytes: ArrayBuffer): void {
    const spare = this.#spare.get(bytes.byteLength);
    if (spare === undefined) this.#spare.set(bytes.byteLength, [bytes]);
    else spare.push(bytes);
  }
}
