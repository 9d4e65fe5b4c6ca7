// What a page draws: the line in the refusal makes samples of it.

import { expect, test } from 'vitest';
import { createLearner, dense, flatten, sequential, tpsgd, type SampleInput } from '../../src/index.ts';

const learner = await createLearner({ network: sequential([4, 6, 1], [flatten(), dense(2)]), rule: tpsgd() });

function drawn(background?: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [60, 40];
  const pen = canvas.getContext('2d')!;
  if (background !== undefined) pen.fillStyle = background;
  if (background !== undefined) pen.fillRect(0, 0, 60, 40);
  pen.fillStyle = 'black';
  pen.fillRect(10, 10, 20, 10);
  return canvas;
}

async function bitmap(): Promise<ImageBitmap> {
  return createImageBitmap(drawn('white'));
}

function offscreen(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(60, 40);
  canvas.getContext('2d')!.drawImage(drawn('white'), 0, 0);
  return canvas;
}

test.each([
  ['a canvas', () => drawn('white')],
  ['an OffscreenCanvas', offscreen],
  ['an ImageBitmap', bitmap],
])('%s', async (_, make) => {
  const it = await make();
  const refusal = await learner.fit(it as unknown as SampleInput, [0]).catch((error: Error) => error);
  expect(refusal).toHaveProperty('name', 'InputError');
  const line = (refusal as Error).message.split('ImageData: ')[1];
  const convert = new Function('it', line.replace(/; (?=pen\.get)/, '; return '));
  const image: ImageData = convert(it);
  expect([image.width, image.height]).toEqual([6, 4]);
  expect(learner.predict(image)).toHaveLength(2);
});

test('black ink on a canvas that was never filled', () => {
  const image = drawn().getContext('2d')!.getImageData(10, 10, 6, 4);
  const edge = drawn().getContext('2d')!.getImageData(8, 8, 6, 4);
  expect(() => learner.predict(edge)).toThrow('with the drawing in its alpha: fill the canvas first');
  expect(learner.predict(image)).toHaveLength(2);
});
