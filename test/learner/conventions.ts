// The calling conventions as data: the forms of samples and labels that are understood, and those that are refused.

/** Two samples of [2, 3, 1] as multiples of 1/255, and their classes. */
export const pixels = [
  [0, 51, 255, 102, 204, 153],
  [255, 0, 17, 34, 85, 68],
] as const;
export const classes = ['ant', 'bee', 'cat'] as const;
const indices = [2, 0] as const;
export const shape = [2, 3, 1] as const;

const values = pixels.map((sample) => sample.map((pixel) => pixel / 255));
const rgba = (sample: readonly number[]) => ({
  width: 3,
  height: 2,
  data: Uint8ClampedArray.from(sample.flatMap((gray) => [gray, gray, gray, 255])),
});
const nested = (sample: readonly number[]) => [sample.slice(0, 3), sample.slice(3)].map((row) => row.map((v) => [v]));

/** What a browser can draw, by its kind. */
const drawable = (kind: string) => ({ width: 3, height: 2, [Symbol.toStringTag]: kind });
const itself: unknown[] = [];
itself.push(itself);

interface Form {
  readonly form: string;
  readonly means: string;
  readonly one: unknown;
  readonly many: unknown;
}

export const sampleForms: readonly Form[] = [
  {
    form: '`Float32Array`, `Float64Array`, other number arrays',
    means: 'values as they are, samples one behind the other',
    one: Float32Array.from(values[0]),
    many: Float64Array.from(values.flat()),
  },
  {
    form: '`Uint8Array`, `Uint8ClampedArray`',
    means: 'pixels: 0..255 becomes 0..1',
    one: Uint8Array.from(pixels[0]),
    many: Uint8ClampedArray.from(pixels.flat()),
  },
  {
    form: 'numbers in an array',
    means: 'values as they are, samples one behind the other',
    one: values[0],
    many: values.flat(),
  },
  {
    form: 'nested arrays',
    means: 'samples nested as the shape is, or less finely; of one, its rows',
    one: nested(values[0]),
    many: values.map(nested),
  },
  {
    form: '`ImageData`, or `{ width, height, data }` in RGBA',
    means: 'one channel is 0.299 R + 0.587 G + 0.114 B, three are R, G, B; 0..255 becomes 0..1',
    one: rgba(pixels[0]),
    many: pixels.map(rgba),
  },
  {
    form: 'an array of typed arrays',
    means: 'a sample each, or the rows of one, read as above',
    one: [Uint8Array.from(pixels[0])],
    many: [Float32Array.from(values[0]), Uint8Array.from(pixels[1])],
  },
];

export const labelForms: readonly Form[] = [
  { form: 'indices', means: '0 for the first class', one: 2, many: [...indices] },
  { form: 'integer typed arrays', means: 'an index each', one: Int32Array.of(2), many: Uint8Array.from(indices) },
  { form: 'names', means: 'as given in `classes`, or by `addClass`', one: 'cat', many: ['cat', 'ant'] },
  {
    form: 'one-hot rows in a `Float32Array` or `Float64Array`',
    means: 'one value per class, rows one behind the other',
    one: Float32Array.of(0, 0, 1),
    many: Float64Array.of(0, 0, 1, 1, 0, 0),
  },
  {
    form: 'one-hot rows in an array',
    means: 'a row of numbers, or a typed array, each',
    one: [[0, 0, 1]],
    many: [[0, 0, 1], Float32Array.of(1, 0, 0)],
  },
];

export const refusedSamples: readonly (readonly [what: string, input: unknown, message: string])[] = [
  [
    'a few values too many',
    new Float32Array(7).fill(3),
    'got 7 values from 3 to 3, but a sample of [2, 3, 1] has 6: 1 of them 6, 2 of them 12',
  ],
  ['too few values', [1, 2], 'got 2 values from 1 to 2, but a sample of [2, 3, 1] has 6: 1 of them 6'],
  [
    'nothing',
    [],
    'got no samples (an array handed over to a worker is empty), but a sample of [2, 3, 1] has 6: 1 of them 6',
  ],
  ['a sample that is short', [values[0], [1, 2, 3]], 'sample 1 has 3 values, but a sample of [2, 3, 1] has 6'],
  [
    'NaN',
    [values[0], [0, 1, 2, 3, Number.NaN, 5]],
    'sample 1 has NaN at [1, 1, 0] of [2, 3, 1], wanted finite numbers: drop the sample or replace the value',
  ],
  ['more than a float32 can hold', Float64Array.of(0, 0, 1e39, 0, 0, 0), 'sample 0 has 1e+39 at [0, 2, 0]'],
  [
    'NaN in a list of arrays',
    [Float32Array.from(values[0]), new Float32Array(6).fill(Number.NaN)],
    'sample 1 has NaN at [0, 0, 0]',
  ],
  [
    'two samples where one belongs',
    [new Float32Array(6), new Float32Array(12)],
    'sample 1 has 12 values, but a sample of [2, 3, 1] has 6',
  ],
  ['words', 'hello', 'samples are of type string, wanted a typed array of numbers, nested arrays or ImageData'],
  ['nothing at all', null, 'samples are null, wanted'],
  ['words in an array', ['a', 'b'], 'sample 0 holds something of type string, wanted a typed array of numbers'],
  ['a word among numbers', [1, 2, 3, 'a', 5, 6], 'value 3 of the samples is of type string, wanted'],
  [
    'rows that are no sample',
    [
      [1, 2],
      [3, 4],
    ],
    'sample 0 has 2 values, but a sample of [2, 3, 1] has 6',
  ],
  [
    'axes in another order',
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    'sample 0 is nested as [3, 2], but a sample of [2, 3, 1] has 6',
  ],
  [
    'rows of different lengths',
    [
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    'sample 0 has a row of 2 values, but a sample of [2, 3, 1]',
  ],
  ['integers of 64 bits', new BigInt64Array(6), 'samples are of type BigInt64Array, wanted a typed array of numbers'],
  ['a buffer', new ArrayBuffer(24), 'samples are of type ArrayBuffer, wanted'],
  ['a canvas', drawable('HTMLCanvasElement'), 'pen.drawImage(it, 0, 0, 3, 2); pen.getImageData(0, 0, 3, 2)'],
  ['a list of bitmaps', [drawable('ImageBitmap')], 'sample 0 holds something of type ImageBitmap, wanted'],
  ['an array in itself', itself, 'sample 0 is nested as [1, 1, 1'],
  [
    'an image of another size',
    { ...rgba(pixels[0]), width: 2, height: 3 },
    'got an image of 3 x 2, but the network takes [2, 3, 1]',
  ],
  [
    'black ink on a canvas that was never filled',
    { width: 3, height: 2, data: Uint8ClampedArray.from({ length: 24 }, (_, at) => (at === 7 ? 255 : 0)) },
    'got an image of 2 x 3 that is black all over, with the drawing in its alpha: fill the canvas first',
  ],
  ['an image without its alpha', { width: 3, height: 2, data: new Uint8Array(18) }, 'with 18 values, wanted 24: RGBA'],
];

export const refusedLabels: readonly (readonly [what: string, input: unknown, message: string])[] = [
  [
    'an unknown name',
    ['cat', 'cow'],
    "label 1 is 'cow', which is no class; there are ant, bee, cat (addClass makes a new one)",
  ],
  ['an index too far', [0, 3], 'label 1 is 3, wanted a whole number from 0 to 2'],
  ['half an index', [0.5, 0], 'label 0 is 0.5, wanted a whole number from 0 to 2'],
  [
    'two ones',
    [
      [0, 1, 1],
      [1, 0, 0],
    ],
    'label 0 is [0, 1, 1], wanted one 1 and zeros, 3 in all: one for each class',
  ],
  [
    'a row that is short',
    [
      [0, 1, 0],
      [1, 0],
    ],
    'label 1 is [1, 0], wanted one 1 and zeros, 3 in all',
  ],
  ['floats that are indices', Float32Array.of(2, 0), 'got 2 one-hot values, wanted rows of 3, one for each class'],
  ['too few', [1], 'got 2 samples and 1 labels, wanted as many of both'],
  ['nothing', undefined, 'labels are undefined, wanted names, indices or one-hot rows'],
  ['holes', [null, 1], 'label 0 is null, wanted one 1 and zeros'],
  ['integers of 64 bits', BigInt64Array.of(2n, 0n), 'label 0 is 2n, wanted one 1 and zeros'],
  ['symbols', [[Symbol('cat')], 0], 'label 0 is [Symbol(cat)], wanted one 1 and zeros'],
];
