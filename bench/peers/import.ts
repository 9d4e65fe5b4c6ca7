// Loads an installed peer through its entry file: bench/peers/<name>.js in Node, the same relative address in a page.
// The address is computed, so that types and bundles do not need the peers to be installed.

/** The exports of a peer, as the part `Exports` that a contender uses. */
export function importPeer<Exports>(name: 'tfjs' | 'jax-js' | 'onnxruntime-web'): Promise<Exports> {
  return import(new URL(`../peers/${name}.js`, import.meta.url).href);
}
