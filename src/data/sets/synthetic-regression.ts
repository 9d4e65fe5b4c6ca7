// A regression that needs no download: 256 numbers about a middle of the sample's own, ten phases of the cosine of
// their mean; 5,000 samples to learn from, 1,000 to be judged by. The same bits in every engine.
//
//   m ~ U(-pi, pi),  x_j ~ N(m, 1);  y_i = cos(mean(x) + pi (i - 4.5) / 9),  i = 0 .. 9
//
// Source: Frenkel, Lefebvre, Bol, Front. Neurosci. 15:629892, 2021; drawn here from the streams 'regression/middle' and
// 'regression/noise' (step: sample).

import { philox4x32, randomWord, streamKey, uniformFromWord } from '../../../runtime/simd/parts/philox.ts';
import { distributionReferences } from '../../../runtime/simd/twins/distribution.ts';
import { sinCos2Pi } from '../../../runtime/simd/twins/math.ts';
import { createDataset, numberedTargets, type ValueSet } from '../dataset.ts';
import type { SetDescriptor } from './descriptor.ts';

const [TRAIN, TEST, INPUTS, TARGETS] = [5000, 1000, 256, 10];
const SEED = 1;

export const syntheticRegression: SetDescriptor<ValueSet> = {
  name: 'synthetic-regression',
  source: 'Onward, src/data/sets/synthetic-regression.ts',
  licence: 'MIT',
  files: [],
  read: async () => ({ train: draw(0, TRAIN), test: draw(TRAIN, TEST) }),
};

function draw(first: number, count: number): ValueSet {
  const inputs = new Float32Array(count * INPUTS);
  const targets = new Float32Array(count * TARGETS);
  for (let row = 0; row < count; row++) {
    const x = inputs.subarray(row * INPUTS, (row + 1) * INPUTS);
    drawSample(x, first + row);
    const mean = x.reduce((sum, value) => sum + value, 0) / INPUTS;
    for (let i = 0; i < TARGETS; i++) targets[row * TARGETS + i] = cosine(mean + (Math.PI * (i - 4.5)) / 9);
  }
  const targetNames = numberedTargets(TARGETS);
  return createDataset({ name: 'synthetic-regression', inputs, targets, inputShape: [INPUTS], targetNames });
}

const middleStream = streamKey('regression/middle');
const noiseStream = streamKey('regression/noise');
const standardNormal = distributionReferences.normal({ scale: 1 });

function drawSample(out: Float32Array, sample: number): void {
  const middle = Math.PI * (2 * uniformFromWord(randomWord(SEED, middleStream, sample, 0)) - 1);
  for (let first = 0; first < out.length; first += 4) {
    const words = philox4x32([first >>> 2, sample, 0, 0], [SEED, noiseStream]);
    for (let j = first; j < first + 4; j++) out[j] = middle + standardNormal(words, j);
  }
}

/** Of an angle; the whole turns are taken off first. */
function cosine(angle: number): number {
  const turns = angle / (2 * Math.PI);
  return sinCos2Pi(Math.fround(turns - Math.floor(turns))).cos;
}
