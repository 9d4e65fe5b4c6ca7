// The words by which the command line names layers (word.ts), one line each. An app bundles none of them.

export { averagePoolWord } from './average-pool.ts';
export { deltaWord, eventsWord, latencyWord, rateWord } from './coding.ts';
export { conv2dWord } from './conv2d.ts';
export { denseWord } from './dense.ts';
export { depthwiseConv2dWord } from './depthwise-conv2d.ts';
export { flattenWord } from './flatten.ts';
export { globalAveragePoolWord } from './global-average-pool.ts';
export { lifWord, recurrentLifWord } from './lif.ts';
export { maxPoolWord } from './max-pool.ts';
export { l2NormalizeWord, rmsNormalizeWord, layerNormalizeWord, groupNormalizeWord } from './normalize.ts';
export { randomTranslationWord } from './random-translation.ts';
export { recurrentWord } from './recurrent.ts';
export { lastWord, meanWord } from './time.ts';
