// ONNX Runtime Web, wasm only, one thread; in a page its .wasm file is fetched from this folder's packages.
import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = 1;
if (typeof window !== 'undefined') {
  ort.env.wasm.wasmPaths = new URL('./node_modules/onnxruntime-web/dist/', import.meta.url).href;
}

export const { InferenceSession, Tensor } = ort;
