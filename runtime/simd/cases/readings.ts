// Readings for the generic test of the kernels that read weights: plain values, and others kept in another form.

import { readingOf } from '../devices/device.ts';
import { PLAIN, type Reading } from '../parts/reading.ts';

export const sampleReadings: readonly Reading[] = [
  PLAIN,
  { element: 'i8', scaled: true },
  { element: 'i4', scaled: true },
  { element: 'i8', scaled: true, sign: true },
  { element: 'f32', scaled: true, sign: true },
  readingOf({ arrangement: 'pair' }),
];
