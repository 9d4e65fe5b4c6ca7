// Spoken digits as events, as a silicon cochlea gives them: each of 32 mel bands fires when its loudness has changed by
// a factor of e. A second in 50 steps of 20 ms, of each band up and down, 255 where there were events.

import { toFrames } from '../features/events.ts';
import { levelCrossing } from '../features/level-crossing.ts';
import { logMel } from '../features/mel.ts';
import { oneSecond } from './fsdd.ts';
import { fsddSet, SAMPLE_RATE } from './fsdd-recordings.ts';

const [STEPS, BANDS] = [50, 32];
const THRESHOLD = 1;

export const fsddEvents = fsddSet({
  name: 'fsdd-events',
  inputShape: [STEPS, 2 * BANDS],
  transform() {
    const loudness = logMel({ sampleRate: SAMPLE_RATE, nFft: 256, hopLength: 80, nMels: BANDS, fMin: 20 });
    return (samples) => {
      const bands = loudness(oneSecond(samples));
      return toFrames(levelCrossing(bands, THRESHOLD), { steps: STEPS, duration: bands.shape[0] - 1 });
    };
  },
});
