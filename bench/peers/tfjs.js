// TensorFlow.js with its wasm and cpu backends. Node sees a CommonJS module (everything under `default`), a bundler
// the ES module.
import * as namespace from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

if (typeof window !== 'undefined') {
  setWasmPaths(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).href);
}

const { default: commonJs, ...tensorFlow } = namespace;

export const tf = commonJs ?? tensorFlow;
