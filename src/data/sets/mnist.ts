// MNIST: 60,000 + 10,000 handwritten digits, 28x28 uint8.

import type { LabelledSet } from '../dataset.ts';
import type { SetDescriptor } from './descriptor.ts';
import { published } from './descriptor.ts';
import { readIdxImages } from './idx-images.ts';

const FOLDER = 'https://ossci-datasets.s3.amazonaws.com/mnist/';

export const mnist: SetDescriptor<LabelledSet> = {
  name: 'mnist',
  source: 'LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998',
  licence: 'CC BY-SA 3.0',
  files: published(
    FOLDER,
    ['train-images-idx3-ubyte.gz', 9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
    ['train-labels-idx1-ubyte.gz', 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
    ['t10k-images-idx3-ubyte.gz', 1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
    ['t10k-labels-idx1-ubyte.gz', 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
  ),
  read: (open) => readIdxImages('mnist', open),
};
