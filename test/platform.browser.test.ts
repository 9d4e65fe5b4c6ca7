// What the library takes for granted in a browser: WebAssembly and module workers.

import { expect, test } from 'vitest';

test('an empty WebAssembly module instantiates', async () => {
  const magicAndVersion = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
  const { instance } = await WebAssembly.instantiate(magicAndVersion);
  expect(Object.keys(instance.exports)).toEqual([]);
});

test('a module worker answers', async () => {
  const source = 'onmessage = event => postMessage(event.data + 1); export {};';
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  const answer = new Promise((resolve) => {
    worker.onmessage = (event) => resolve(event.data);
  });
  worker.postMessage(41);
  expect(await answer).toBe(42);
  worker.terminate();
});
