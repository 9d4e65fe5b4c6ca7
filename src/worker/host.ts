// The learner inside the worker, as the calling side reaches it. It needs no rule: what was compiled is all it runs.
// Results that are arrays are handed over, not copied.

import { releaseProxy, transfer } from 'comlink';
import { DisposedError } from '../errors.ts';
import { Learner } from '../learner/learner.ts';
import type { StreamSample, TrainEvent } from '../learner/stream.ts';
import { holdLife } from './life.ts';
import { Progress } from './progress.ts';
import type { Pull, RemoteLearner, TrainSettings } from './protocol.ts';

type Events = AsyncGenerator<TrainEvent, void>;

export function hostLearner(): RemoteLearner {
  const fits = new Map<number, AbortController>();
  const streams = new Map<number, Events>();
  let started: { readonly learner: Learner; readonly release: () => void } | null = null;

  const learner = (): Learner => {
    if (started === null) throw new DisposedError('this learner was disposed');
    return started.learner;
  };

  return {
    async start(compiled, life) {
      const [begun, release] = await Promise.all([Learner.start(compiled), holdLife(life)]);
      started = { learner: begun, release };
    },

    async fit(job, samples, labels, settings, report, batchEnds) {
      const controller = new AbortController();
      const progress = report && new Progress(report, batchEnds);
      fits.set(job, controller);
      try {
        const options = { ...settings, signal: controller.signal, callbacks: progress?.callbacks };
        return await learner().fit(samples, labels, options);
      } finally {
        fits.delete(job);
        await progress?.close();
      }
    },

    abort: (job) => fits.get(job)?.abort(),

    openStream(job, settings, pull) {
      streams.set(job, learnFrom(learner(), settings, pull));
    },

    async nextEvent(job) {
      const { done, value } = await streams.get(job)!.next();
      return done ? null : value;
    },

    async closeStream(job) {
      const events = streams.get(job);
      streams.delete(job);
      await events?.return();
    },

    learnOne: (sample, label) => learner().learnOne(sample, label),

    trainOnBatch: (samples, labels) => learner().trainOnBatch(samples, labels),

    predict(samples) {
      const probabilities = learner().predict(samples);
      return transfer(probabilities, [probabilities.buffer]);
    },

    classify: (sample) => learner().classify(sample),
    evaluate: (samples, labels) => learner().evaluate(samples, labels),
    addClass: (name) => learner().addClass(name),
    adopt: (compiled) => learner().adopt(compiled),

    status() {
      const { classNames, seed, steps, epochs, learningRate } = learner();
      return { classNames, seed, steps, epochs, learningRate };
    },

    setLearningRate(rate) {
      learner().learningRate = rate;
    },

    summary: () => learner().summary(),
    memory: () => learner().memory(),

    save() {
      const bytes = learner().save();
      return transfer(bytes, [bytes.buffer]);
    },

    restore: (bytes) => learner().restore(bytes),
    reset: () => learner().reset(),

    weights() {
      const weights = learner().weights();
      return transfer(
        weights,
        Object.values(weights).map(({ values }) => values.buffer),
      );
    },

    setWeights: (weights) => learner().setWeights(weights),
    weightHash: () => learner().weightHash(),
    act: (name, rows) => learner().act(name, rows),
    provide: (name, values) => learner().provide(name, values),

    dispose() {
      started?.learner.dispose();
      started?.release();
      started = null;
    },
  };
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
