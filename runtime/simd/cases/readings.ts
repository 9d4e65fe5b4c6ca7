// Readings for the generic test of the kernels that read weights: plain values, and one kept in another form.

import { PLAIN, type Reading } from '../parts/reading.ts';

export const sampleReadings: readonly Reading[] = [PLAIN, { element: 'i8', scaled: true }];
