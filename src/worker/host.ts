// The learner inside the worker, as the calling side reaches it. It needs no rule: what was compiled is all it runs.
// Results that are arrays are handed over, not copied.

import { releaseProxy, transfer } from 'comlink';
import { COMPILED_VERSION, type CompiledLearner } from '../compile/compiled.ts';
import { ConfigurationError, DisposedError } from '../errors.ts';
import { adopt } from '../learner/adopt.ts';
import { Learner } from '../learner/learner.ts';
import { ReplayMemory } from '../learner/replay.ts';
import type { StreamSample, TrainEvent } from '../learner/stream.ts';
import { Trainer } from '../learner/trainer.ts';
import { described, expectThat } from '../options.ts';
import { taskHosts } from '../tasks/host/index.ts';
import { holdLife } from './life.ts';
import { INVOKED, PROPERTIES, type Invoked } from './methods.ts';
import { Progress } from './progress.ts';
import type { Pull, RemoteLearner, TrainSettings } from './protocol.ts';

type Events = AsyncGenerator<TrainEvent, void>;

interface Started {
  readonly trainer: Trainer;
  readonly learner: Learner;
  readonly release: () => void;
}

/** `Teacher` trains what was compiled. */
export function hostLearner(Teacher: Pick<typeof Trainer, 'start'> = Trainer): RemoteLearner {
  const fits = new Map<number, AbortController>();
  const streams = new Map<number, Events>();
  let started: Started | null = null;

  const here = (): Started => {
    if (started === null) throw new DisposedError('this learner was disposed');
    return started;
  };

  return {
    async start(compiled, life) {
      expectCompiled(compiled);
      const [trainer, release] = await Promise.all([
        Teacher.start(compiled, taskHosts[compiled.task.kind], ReplayMemory.of),
        holdLife(life),
      ]);
      started = { trainer, learner: new Learner(trainer), release };
    },

    async fit(job, samples, targets, settings, report, batchEnds) {
      const controller = new AbortController();
      const progress = report && new Progress(report, batchEnds);
      fits.set(job, controller);
      try {
        const options = { ...settings, signal: controller.signal, callbacks: progress?.callbacks };
        return await here().learner.fit(samples, targets, options);
      } finally {
        fits.delete(job);
        await progress?.close();
      }
    },

    abort: (job) => fits.get(job)?.abort(),

    openStream(job, settings, pull) {
      expectThat(typeof pull === 'function', 'what gives samples', pull, 'a function');
      streams.set(job, learnFrom(here().learner, settings, pull));
    },

    async nextEvent(job) {
      const events = streams.get(job);
      if (events === undefined) throw new ConfigurationError(`there is no stream ${described(job)}`);
      const { done, value } = await events.next();
      return done ? null : value;
    },

    async closeStream(job) {
      const events = streams.get(job);
      streams.delete(job);
      await events?.return();
    },

    invoke(name, given) {
      const { learner } = here();
      const method: Readonly<Record<Invoked, (...given: never[]) => unknown>> = learner;
      expectThat(INVOKED.includes(name) && Array.isArray(given), 'the call', name, 'one of a method, with a list');
      const answer = Reflect.apply(method[name], learner, given) as unknown;
      return typeof answer === 'object' && answer !== null ? transfer(answer, buffersIn(answer)) : answer;
    },

    property(name) {
      expectThat(PROPERTIES.includes(name), 'the property', name, PROPERTIES.join(', '));
      return here().learner[name];
    },
    adopt(compiled) {
      expectCompiled(compiled);
      return adopt(here().trainer, compiled);
    },

    dispose() {
      started?.learner.dispose();
      started?.release();
      started = null;
    },
  };
}

function expectCompiled(compiled: CompiledLearner): void {
  if (compiled?.version === COMPILED_VERSION) return;
  const came = `a compiled learner of version ${described(compiled?.version)}`;
  throw new ConfigurationError(`got ${came}, but this worker file runs version ${COMPILED_VERSION}`);
}

/** The buffers of all typed arrays in an answer. */
function buffersIn(answer: unknown): ArrayBuffer[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if (ArrayBuffer.isView(answer)) return [answer.buffer as ArrayBuffer];
  return Object.values(answer).flatMap(buffersIn);
}

async function* learnFrom(learner: Learner, settings: TrainSettings, pull: Pull): Events {
  try {
    yield* learner.train(samplesOf(pull), settings);
  } finally {
    pull[releaseProxy]?.();
  }
}

async function* samplesOf(pull: Pull): AsyncGenerator<StreamSample, void> {
  for (let samples = await pull(); samples.length > 0; samples = await pull()) yield* samples;
}
