// The page of built.test.ts: gives it what it trains with.

import { places } from './places.ts';
import { train, trainings, type Trained } from './training.ts';

/** What the training of that name gives there. */
const trainIn = (place: keyof typeof places, features: 'none' | 'simd128', name: string): Promise<Trained> =>
  train(trainings.find((training) => training.name === name)!, { worker: places[place], features });

export type TrainIn = typeof trainIn;

Object.assign(globalThis, { trainIn });
