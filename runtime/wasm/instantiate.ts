// From bytes to callable functions. Bytes only: nothing to host, no fetch, no MIME type; the CSP needs
// 'wasm-unsafe-eval' at most.

import { UnsupportedFeatureError } from './features.ts';

/** Phases take no argument; kernels, where a test exports them, addresses and numbers. */
export type Exports = Record<string, (...args: number[]) => void>;

/** Thrown when the engine cannot provide the planned pages. */
export class MemoryUnavailableError extends Error {
  override name = 'MemoryUnavailableError';
}

/**
 * A private (never shared) memory of exactly `pages` pages of 64 KiB.
 * @internal
 */
export function allocate(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    const wanted = `${pages} pages (${pages * 64} KiB) of WebAssembly memory`;
    const error = new MemoryUnavailableError(`this engine refused ${wanted}`);
    throw Object.assign(error, { cause });
  }
}

/**
 * @throws UnsupportedFeatureError where the page's policy forbids it.
 * @internal
 */
export async function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Promise<Exports> {
  try {
    const { instance } = await WebAssembly.instantiate(bytes, { onward: { memory } });
    return instance.exports as Exports;
  } catch (cause) {
    if (!WebAssembly.validate(bytes)) throw cause;
    const error = new UnsupportedFeatureError(
      "this page may not compile WebAssembly; its Content-Security-Policy needs script-src 'wasm-unsafe-eval'",
    );
    throw Object.assign(error, { cause });
  }
}
