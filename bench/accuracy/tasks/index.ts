// Every trial that bench/accuracy/tasks.ts makes, one line each.

import { autoencoderTrial } from './autoencoder.ts';
import { forecastTrial } from './forecast.ts';
import { pairsTrial } from './pairs.ts';
import { regressionTrial } from './regression.ts';
import type { Trial } from './trial.ts';

export const trials: readonly Trial[] = [regressionTrial, pairsTrial, forecastTrial, autoencoderTrial];
