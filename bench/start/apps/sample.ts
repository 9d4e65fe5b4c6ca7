// The first sample that first-sample.ts learns: an image of one channel, in every page and worker the same.

export const sample = Float32Array.from({ length: 28 * 28 }, (_, i) => (i % 17) / 17);
