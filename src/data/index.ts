// Data sets and what reads, makes, splits and streams them; runs in browsers and in Node.
// Loading by name or path needs a file system: `onward/data/node`, so that browser bundles see no node: import.

export type { Column, CsvInput, CsvLayout, CsvOptions, CsvTable, Place, Separator } from './formats/csv.ts';
export { readCsv } from './formats/csv.ts';
export type {
  Batch,
  BatchOptions,
  Dataset,
  Graph,
  Inputs,
  LabelledSet,
  Labels,
  TrainTest,
  ValueSet,
} from './dataset.ts';
export {
  assertFinite,
  batches,
  commonestShare,
  createDataset,
  encodeLabels,
  folds,
  gatherRows,
  hasLabels,
  numberedClasses,
  numberedTargets,
  split,
  subset,
} from './dataset.ts';
export type { EventStream, FrameOptions } from './features/events.ts';
export { toFrames } from './features/events.ts';
export { levelCrossing } from './features/level-crossing.ts';
export type { MelOptions, MfccOptions, Transform } from './features/mel.ts';
export { logMel, melSpectrogram, mfcc } from './features/mel.ts';
export type { Norm, Scale } from './features/mel-bands.ts';
export { propagate } from './features/propagate.ts';
export { saccades } from './features/saccades.ts';
export { gunzip, inflateRaw } from './formats/decompress.ts';
export { OptionError, DataError } from './errors.ts';
export { holdOut } from './hold-out.ts';
export { shuffled } from './order.ts';
export { parseIdx, readIdx } from './formats/idx.ts';
export type { ElementCode, NDArray, TextArray, TypedArray } from './formats/ndarray.ts';
export { isText } from './formats/ndarray.ts';
export type { NpyOptions, Npz } from './formats/npy.ts';
export { openNpz, readNpy, readNpz, writeNpy, writeNpz } from './formats/npy.ts';
export type { Hdf5 } from './formats/hdf5/open.ts';
export { openHdf5 } from './formats/hdf5/open.ts';
export { readNMnist } from './formats/n-mnist.ts';
export type { ShdSamples } from './formats/shd.ts';
export { readShd } from './formats/shd.ts';
export { readTar } from './formats/tar.ts';
export type { Sound } from './formats/wav.ts';
export { readWav } from './formats/wav.ts';
export type { OpenFile, PublishedFile, SetDescriptor, SetFile, SetForm } from './sets/descriptor.ts';
export { dataSets } from './sets/index.ts';
export type { BatchStreamOptions, CollectOptions, Sample, Samples } from './streams.ts';
export { batchStream, fromAsyncIterable } from './streams.ts';
export type { Point, RenderOptions, Stroke } from './handwriting/strokes.ts';
export { PICTURE_SIDE, renderStrokes, smoothStroke } from './handwriting/strokes.ts';
export type { DigitOptions, HandwritingOptions } from './handwriting/synthetic-handwriting.ts';
export { handwrittenDigit, syntheticHandwriting } from './handwriting/synthetic-handwriting.ts';
