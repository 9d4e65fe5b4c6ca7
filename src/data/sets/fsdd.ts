// Spoken digits: a second from the middle of silence, as 49 frames of 10 MFCC of 32 ms, 20 ms apart. Each coefficient
// has mean 0 and deviation 1 over what is learned from. Clips are of 0.1 to 2.3 s; of a longer one its first second.

import { mfcc } from '../features/mel.ts';
import { fsddSet, SAMPLE_RATE } from './fsdd-recordings.ts';
import { standardized } from './standardize.ts';

const [FRAMES, COEFFICIENTS] = [49, 10];

export const fsdd = fsddSet({
  name: 'fsdd',
  inputShape: [FRAMES, COEFFICIENTS],
  transform() {
    const options = { sampleRate: SAMPLE_RATE, nFft: 256, hopLength: 160, fMin: 20, center: false };
    const cepstrum = mfcc({ ...options, nMels: 40, nMfcc: COEFFICIENTS });
    return (samples) => cepstrum(oneSecond(samples)).data;
  },
  finish: (parts) => standardized(parts, COEFFICIENTS),
});

/** With as much silence before as behind. */
export function oneSecond(samples: Float32Array): Float32Array {
  const second = new Float32Array(SAMPLE_RATE);
  const first = Math.max(0, Math.floor((second.length - samples.length) / 2));
  second.set(samples.subarray(0, second.length), first);
  return second;
}
