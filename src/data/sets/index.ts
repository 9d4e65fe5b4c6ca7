// Every data set that can be asked for by name.

import { cifar10 } from './cifar10.ts';
import { cora } from './cora.ts';
import type { SetDescriptor } from './descriptor.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { fsdd } from './fsdd.ts';
import { fsddEvents } from './fsdd-events.ts';
import { haptForecast } from './hapt-forecast.ts';
import { haptHar } from './hapt-har.ts';
import { kws01Mfcc } from './kws01-mfcc.ts';
import { mnist } from './mnist.ts';
import { mnistSaccades } from './mnist-saccades.ts';
import { pendigits } from './pendigits.ts';
import { pendigitsEvents } from './pendigits-events.ts';
import { synthetic } from './synthetic.ts';
import { syntheticRegression } from './synthetic-regression.ts';

export const dataSets: readonly SetDescriptor[] = [
  synthetic,
  mnist,
  mnistSaccades,
  fashionMnist,
  cifar10,
  pendigits,
  pendigitsEvents,
  kws01Mfcc,
  fsdd,
  fsddEvents,
  haptHar,
  haptForecast,
  cora,
  syntheticRegression,
];
