// Fashion-MNIST: 60,000 + 10,000 pictures of clothes, 28x28 uint8, in MNIST's files.

import type { LabelledSet } from '../dataset.ts';
import type { SetDescriptor } from './descriptor.ts';
import { published } from './descriptor.ts';
import { readIdxImages } from './idx-images.ts';

// The publisher offers no https at this address; the checksums below make up for it.
const FOLDER = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/';

const CLASS_NAMES = 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(',');

export const fashionMnist: SetDescriptor<LabelledSet> = {
  name: 'fashion-mnist',
  source: 'Xiao, Rasul, Vollgraf, "Fashion-MNIST", arXiv 1708.07747',
  licence: 'MIT',
  files: published(
    FOLDER,
    ['train-images-idx3-ubyte.gz', 26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
    ['train-labels-idx1-ubyte.gz', 29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    ['t10k-images-idx3-ubyte.gz', 4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    ['t10k-labels-idx1-ubyte.gz', 5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  ),
  read: (open) => readIdxImages('fashion-mnist', open, CLASS_NAMES),
};
