// All tasks, one line each.

export { classification, type ClassificationOptions } from './classification.ts';
export { multiLabel, type MultiLabelOptions } from './multi-label.ts';
export { reconstruction, type ReconstructionOptions } from './reconstruction.ts';
export { regression, type RegressionOptions } from './regression.ts';
export { reward } from './reward.ts';
