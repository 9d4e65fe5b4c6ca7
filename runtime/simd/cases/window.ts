// Sizes worth testing of kernels that move windows over images; random sizes would rarely fit together.

import type { Sizes } from '../kernel.ts';

type Pair = readonly [vertical: number, horizontal: number];

interface Case {
  readonly batch: number;
  readonly image: Pair;
  readonly channels: number;
  readonly window: Pair;
  readonly stride: Pair;
  readonly same: boolean;
}

function sizesOf({ batch, image, channels, window, stride, same }: Case): Sizes {
  const axis = (length: number, kernel: number, step: number): { count: number; before: number } => {
    if (!same) return { count: Math.floor((length - kernel) / step) + 1, before: 0 };
    const count = Math.ceil(length / step);
    return { count, before: Math.max((count - 1) * step + kernel - length, 0) >> 1 };
  };
  const [rows, columns] = [axis(image[0], window[0], stride[0]), axis(image[1], window[1], stride[1])];
  return {
    batch,
    height: image[0],
    width: image[1],
    channels,
    outHeight: rows.count,
    outWidth: columns.count,
    kernelHeight: window[0],
    kernelWidth: window[1],
    strideHeight: stride[0],
    strideWidth: stride[1],
    padTop: rows.before,
    padLeft: columns.before,
  };
}

const cases: readonly Case[] = [
  { batch: 2, image: [6, 7], channels: 1, window: [5, 5], stride: [1, 1], same: false },
  { batch: 1, image: [5, 6], channels: 3, window: [3, 4], stride: [1, 1], same: true },
  // a column of the image left over
  { batch: 3, image: [8, 8], channels: 8, window: [3, 3], stride: [2, 2], same: false },
  { batch: 2, image: [7, 8], channels: 5, window: [3, 5], stride: [2, 3], same: true },
  // gaps between the windows
  { batch: 1, image: [6, 5], channels: 9, window: [1, 1], stride: [2, 3], same: false },
  // one window, as in global pooling
  { batch: 2, image: [4, 3], channels: 21, window: [4, 3], stride: [1, 1], same: false },
];

export const windowCases: readonly Sizes[] = cases.map(sizesOf);

/** The same with filters: whole panels and parts of one. */
export const filterCases: readonly Sizes[] = windowCases.map((sizes, index) => ({
  ...sizes,
  filters: [24, 13, 16, 3, 1, 8][index],
}));
